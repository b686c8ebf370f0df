//! What an LSTM is trained to do: to name the next token.

use burn::module::{Module, Param};
use burn::nn::loss::CrossEntropyLossConfig;
use burn::tensor::{Int, Tensor};

use super::Lstm;
use super::scan::Steps;

/// Mean of `-ln p(target)` over all positions, nats per token, `[1]`.
///
/// Its gradient with respect to the model's parameters is right, but comes about by hand (see
/// `backward.rs`): the graph that autodiff sees is the loss as a constant plus, for every parameter
/// `p` with gradient `g`, the product `p . g` minus its own value.
///
/// # Shapes
/// - `inputs`, `targets`: `[batch, pos]`
pub fn next_token_loss(model: &Lstm, inputs: Tensor<2, Int>, targets: Tensor<2, Int>) -> Tensor<1> {
    let device = inputs.device();
    // Without autodiff, whatever the device.
    let constant = model.valid();
    // Time first.
    let inputs = inputs.without_autodiff().swap_dims(0, 1); // [pos, batch]
    let targets = targets.without_autodiff().swap_dims(0, 1);
    let n_targets = targets.dims().iter().product::<usize>();
    let targets = targets.reshape([n_targets]);

    let mut x = constant.token_embedding.forward(inputs.clone());
    let mut read: Vec<(Tensor<3>, Steps)> = Vec::with_capacity(constant.blocks.len());
    for block in &constant.blocks {
        let steps = block.scan(x.clone(), None);
        let hidden = steps.hidden.clone();
        read.push((x, steps));
        x = hidden;
    }
    if !device.is_autodiff() {
        return cross_entropy(model.unembed(x), targets);
    }

    // The head by autodiff, from the last hidden states.
    let hidden = x.autodiff().require_grad();
    let loss = cross_entropy(model.unembed(hidden.clone()), targets.autodiff());
    let mut gradients = loss.backward();
    let mut sum = Sum::new(loss.without_autodiff());
    let head_weights = [Some(&model.token_embedding.weight)].into_iter().chain([
        model.projection.as_ref().map(|linear| &linear.weight),
        model.unembedding.as_ref().map(|linear| &linear.weight),
    ]);
    for weight in head_weights.flatten() {
        if let Some(gradient) = weight.val().grad_remove(&mut gradients) {
            sum.add_param(weight, gradient);
        }
    }
    let projection_bias = model.projection.iter().flat_map(|linear| &linear.bias);
    for bias in projection_bias.chain(&model.unembedding_bias) {
        if let Some(gradient) = bias.val().grad_remove(&mut gradients) {
            sum.add_param(bias, gradient);
        }
    }

    // The layers by hand, from the last to the first.
    let Some(mut above) = hidden.grad_remove(&mut gradients) else {
        return sum.finish();
    };
    let blocks = model.blocks.iter().zip(&constant.blocks);
    for ((block, constant), (x, steps)) in blocks.zip(read).rev() {
        let found = constant.backward(x, &steps, &above);
        sum.add_param(&block.input.weight, found.input);
        sum.add_param(&block.recurrent.weight, found.recurrent);
        for bias in [&block.input.bias, &block.recurrent.bias]
            .into_iter()
            .flatten()
        {
            sum.add_param(bias, found.bias.clone());
        }
        above = found.x;
    }
    sum.add(model.token_embedding.forward(inputs.autodiff()), above);
    sum.finish()
}

fn cross_entropy(logits: Tensor<3>, targets: Tensor<1, Int>) -> Tensor<1> {
    let [pos, batch, vocab] = logits.dims();
    let device = logits.device();
    CrossEntropyLossConfig::new()
        .init(&device)
        .forward(logits.reshape([pos * batch, vocab]), targets)
}

/// A tensor with the value of a loss and gradients found elsewhere.
struct Sum {
    value: Tensor<1>,
    products: Vec<Tensor<1>>,
}

impl Sum {
    fn new(value: Tensor<1>) -> Self {
        Sum {
            value,
            products: Vec::new(),
        }
    }

    fn add_param<const D: usize>(&mut self, param: &Param<Tensor<D>>, gradient: Tensor<D>) {
        self.add(param.val(), gradient);
    }

    /// Makes `gradient` the gradient of `tensor`, or adds it to the one it has.
    fn add<const D: usize>(&mut self, tensor: Tensor<D>, gradient: Tensor<D>) {
        let gradient = gradient.without_autodiff().autodiff();
        self.products.push((tensor * gradient).sum());
    }

    fn finish(self) -> Tensor<1> {
        let value = self.value.autodiff();
        match self
            .products
            .into_iter()
            .reduce(|sum, product| sum + product)
        {
            Some(sum) => value + (sum.clone() - sum.detach()),
            None => value,
        }
    }
}
