//! How much a token surprises a model.

/// What a distribution says of the token that came.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Surprise {
    /// `-log2 p` of the token that came.
    pub bits: f64,
    /// Its probability at temperature 1.
    pub p: f32,
    /// The most likely token.
    pub expected: u32,
    /// Its probability at temperature 1.
    pub p_expected: f32,
}

/// The surprise of token `id` under `logits`; `None` if a logit is not finite or there is no such
/// token.
///
/// `-log2 p_i = (z_max - z_i) / ln 2 + log2 sum_j exp(z_j - z_max)`, which stays exact where `p_i`
/// is too small for a number of its own.
///
/// ```
/// use llm_atlas::sampling::surprise;
/// let surprise = surprise(&[0.0, 3f32.ln()], 0).unwrap();
/// assert!((surprise.bits - 2.0).abs() < 1e-6);
/// assert_eq!(surprise.expected, 1);
/// ```
///
/// # Shapes
/// `logits`: `[vocab]`.
///
/// Source: Shannon 1948, "A Mathematical Theory of Communication".
pub fn surprise(logits: &[f32], id: u32) -> Option<Surprise> {
    let token = *logits.get(id as usize)?;
    let (mut expected, mut highest) = (0, f32::NEG_INFINITY);
    for (other, logit) in (0..).zip(logits) {
        if !logit.is_finite() {
            return None;
        }
        if *logit > highest {
            (expected, highest) = (other, *logit);
        }
    }
    // The terms in f32, because a keystroke may need hundreds of rows; their sum in f64.
    let sum: f64 = logits.iter().map(|z| f64::from((z - highest).exp())).sum();
    let below = f64::from(highest) - f64::from(token);
    Some(Surprise {
        bits: (below / std::f64::consts::LN_2 + sum.log2()).max(0.0),
        p: ((-below).exp() / sum) as f32,
        expected,
        p_expected: (1.0 / sum) as f32,
    })
}

#[cfg(test)]
mod tests {
    use super::super::softmax;
    use super::*;

    #[test]
    fn surprise_is_what_softmax_says() {
        let logits: Vec<f32> = (0..40).map(|i| (i as f32 * 1.3).sin() * 6.0).collect();
        let p = softmax(&logits, 1.0).unwrap();
        for id in 0..40 {
            let said = surprise(&logits, id).unwrap();
            assert!((said.p - p[id as usize]).abs() < 1e-6);
            assert!((said.bits + f64::from(p[id as usize]).log2()).abs() < 1e-4);
            assert!((said.p_expected - p[said.expected as usize]).abs() < 1e-6);
            assert!(p.iter().all(|other| *other <= p[said.expected as usize]));
        }
    }

    #[test]
    fn what_cannot_be_said_is_not_said() {
        assert_eq!(surprise(&[], 0), None);
        assert_eq!(surprise(&[1.0], 1), None);
        assert_eq!(surprise(&[1.0, f32::NAN], 0), None);
        // One of two tokens is certain: nothing is surprising, and nothing is infinite.
        let sure = surprise(&[f32::MAX, f32::MIN], 0).unwrap();
        assert_eq!((sure.bits, sure.p), (0.0, 1.0));
        assert!(surprise(&[200.0, 0.0], 1).unwrap().bits > 288.0);
    }
}
