//! The recipes that come with the repository.

use std::fs;
use std::path::Path;

use llm_atlas::training::Recipe;
use llm_atlas::training::word2vec::Word2VecRecipe;

#[test]
fn the_recipes_of_the_repository_can_be_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("recipes");
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let is_word2vec = text.contains("word2vec");
        let read = match is_word2vec {
            true => serde_json::from_str::<Word2VecRecipe>(&text).map(|_| ()),
            false => serde_json::from_str::<Recipe>(&text).map(|_| ()),
        };
        assert!(read.is_ok(), "{}: {read:?}", path.display());
    }
}
