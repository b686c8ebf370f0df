//! The bends: between the MLP's two matrices, and those of a recurrent cell.

/// Which function bends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bend {
    /// `x Phi(x)`, with the share `Phi` of the normal distribution below `x`.
    ///
    /// Source: Hendrycks and Gimpel 2016.
    Gelu,
    /// Its approximation `x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))`, as GPT-2 computes it.
    GeluTanh,
    /// `max(0, x)`
    Relu,
    /// `x sigmoid(x)`
    ///
    /// Source: Elfwing, Uchibe and Doya 2017.
    Silu,
    /// `1 / (1 + exp(-x))`, a gate's.
    Sigmoid,
    /// `tanh(x)`, a cell's.
    Tanh,
}

impl Bend {
    /// The function of that name in `config.json`.
    pub fn from_name(name: &str) -> Option<Self> {
        // T5 says with its name that there is a gate, too, and means the approximation.
        if name == "gated-gelu" {
            return Some(Bend::GeluTanh);
        }
        match name.strip_prefix("gated-").unwrap_or(name) {
            "gelu" => Some(Bend::Gelu),
            "gelu_new" | "gelu_pytorch_tanh" | "gelu_fast" => Some(Bend::GeluTanh),
            "relu" => Some(Bend::Relu),
            "silu" | "swish" => Some(Bend::Silu),
            _ => None,
        }
    }

    /// The share of `x` that passes, 0 to 1: the function divided by `x`; `None` of a function that
    /// lets no share of it pass.
    ///
    /// ```
    /// use llm_atlas::derivation::Bend;
    /// assert_eq!(Bend::Relu.gate(-1.0), Some(0.0));
    /// assert_eq!([Bend::Gelu, Bend::Silu].map(|bend| bend.gate(0.0)), [Some(0.5); 2]);
    /// assert!((Bend::Gelu.gate(1.0).unwrap() - 0.841_344_746).abs() < 1e-9);
    /// assert!((Bend::GeluTanh.gate(1.0).unwrap() - 0.841_191_990).abs() < 1e-9);
    /// assert_eq!(Bend::Tanh.gate(1.0), None);
    /// ```
    pub fn gate(self, x: f64) -> Option<f64> {
        Some(match self {
            Bend::Gelu => (1.0 + erf(x / std::f64::consts::SQRT_2)) / 2.0,
            Bend::GeluTanh => (1.0 + tanh_argument(x).tanh()) / 2.0,
            Bend::Relu => f64::from(u8::from(x > 0.0)),
            Bend::Silu => sigmoid(x),
            Bend::Sigmoid | Bend::Tanh => return None,
        })
    }

    /// The function itself.
    ///
    /// ```
    /// use llm_atlas::derivation::Bend;
    /// assert_eq!([Bend::Sigmoid, Bend::Tanh].map(|bend| bend.apply(0.0)), [0.5, 0.0]);
    /// ```
    pub fn apply(self, x: f64) -> f64 {
        match self.gate(x) {
            Some(gate) => x * gate,
            None if self == Bend::Tanh => x.tanh(),
            None => sigmoid(x),
        }
    }
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// `sqrt(2/pi) (x + 0.044715 x^3)`
fn tanh_argument(x: f64) -> f64 {
    (2.0 / std::f64::consts::PI).sqrt() * (x + 0.044_715 * x.powi(3))
}

/// The error function, by its series of positive terms
/// `2/sqrt(pi) exp(-x^2) sum 2^n x^(2n+1) / (2n+1)!!`.
///
/// Source: Abramowitz and Stegun 1964, 7.1.6.
fn erf(x: f64) -> f64 {
    let size = x.abs();
    if size > 6.0 {
        return x.signum();
    }
    let (mut term, mut sum, mut n) = (size, 0.0, 0.0);
    while term > 1e-17 * (1.0 + sum) {
        sum += term;
        n += 1.0;
        term *= 2.0 * size * size / (2.0 * n + 1.0);
    }
    x.signum() * (2.0 / std::f64::consts::PI.sqrt()) * (-size * size).exp() * sum
}
