//! The page's side of the workers.
