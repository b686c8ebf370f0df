//! Attention rollout: attention followed through all blocks, as if each block mixed tokens by its
//! attention alone.
//!
//! Source: Abnar and Zuidema 2020, "Quantifying Attention Flow in Transformers".

/// The mean of the patterns of one block's heads.
///
/// # Shapes
/// `heads`: `[head][query, key]`; returns `[query, key]`, each row with as many keys as the first
/// head's. Heads with fewer rows than the first cut the result.
pub fn mean_over_heads<P: AsRef<[R]>, R: AsRef<[f32]>>(heads: &[P]) -> Vec<Vec<f32>> {
    let n_queries = heads.iter().map(|head| head.as_ref().len()).min();
    let share = 1.0 / heads.len().max(1) as f32;
    (0..n_queries.unwrap_or(0))
        .map(|query| {
            let mut mean = vec![0.0; heads[0].as_ref()[query].as_ref().len()];
            for head in heads {
                let row = head.as_ref()[query].as_ref();
                for (sum, weight) in mean.iter_mut().zip(row) {
                    *sum += weight * share;
                }
            }
            mean
        })
        .collect()
}

/// After each block, the share of every token in every position:
/// `R_l = (0.5 A_l + 0.5 I) R_(l-1)` with `R_0 = I`.
///
/// The identity stands for the residual stream. Rows sum to 1 if those of the patterns do.
///
/// ```
/// use llm_atlas::attention_measures::attention_rollout;
/// let block = vec![vec![1.0], vec![1.0, 0.0]];
/// let rollout = attention_rollout(&[block.clone(), block]);
/// assert_eq!(rollout[0][1], [0.5, 0.5]);
/// assert_eq!(rollout[1][1], [0.75, 0.25]);
/// ```
///
/// # Shapes
/// `blocks`: `[block][query, key]`, heads already averaged ([`mean_over_heads`]); returns the same,
/// each row with as many keys as it had.
pub fn attention_rollout<R: AsRef<[f32]>>(blocks: &[Vec<R>]) -> Vec<Vec<Vec<f32>>> {
    let mut after: Vec<Vec<Vec<f32>>> = Vec::with_capacity(blocks.len());
    for block in blocks {
        let next = match after.last() {
            Some(before) => mix(block, |key, position| {
                before[key].get(position).copied().unwrap_or(0.0)
            }),
            None => mix(block, |key, position| f32::from(key == position)),
        };
        after.push(next);
    }
    after
}

/// `(0.5 A + 0.5 I) R`; a row holds the keys its token may look at, which are the first ones.
fn mix<R: AsRef<[f32]>>(block: &[R], before: impl Fn(usize, usize) -> f32) -> Vec<Vec<f32>> {
    let mixed_row = |(query, row): (usize, &R)| {
        let row = row.as_ref();
        let weight = |key: usize| {
            let attention = row.get(key).copied().unwrap_or(0.0);
            0.5 * attention + 0.5 * f32::from(key == query)
        };
        (0..row.len())
            .map(|position| {
                (0..row.len())
                    .map(|key| weight(key) * before(key, position))
                    .sum()
            })
            .collect()
    };
    block.iter().enumerate().map(mixed_row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_averaged() {
        let first = vec![vec![1.0], vec![1.0, 0.0]];
        let second = vec![vec![1.0], vec![0.5, 0.5]];
        assert_eq!(
            mean_over_heads(&[first, second]),
            [vec![1.0], vec![0.75, 0.25]]
        );
        assert!(mean_over_heads::<Vec<Vec<f32>>, _>(&[]).is_empty());
    }

    #[test]
    fn rollout_equals_the_product_computed_by_hand() {
        // Block 1 mixes [1 0 0; .5 .5 0; .25 .25 .5] with the identity, block 2 looks at the first.
        let blocks = [
            vec![vec![1.0], vec![0.5, 0.5], vec![0.25, 0.25, 0.5]],
            vec![vec![1.0], vec![1.0, 0.0], vec![1.0, 0.0, 0.0]],
        ];
        let rollout = attention_rollout(&blocks);
        assert_eq!(rollout[0][1], [0.25, 0.75]);
        assert_eq!(rollout[0][2], [0.125, 0.125, 0.75]);
        // 0.5 * [1 0 0] + 0.5 * [0.125 0.125 0.75]
        assert_eq!(rollout[1][2], [0.5625, 0.0625, 0.375]);
        assert!(rollout.iter().flatten().all(|row| {
            let sum: f32 = row.iter().sum();
            (sum - 1.0).abs() < 1e-6
        }));
    }
}
