//! Activations written as text, and read back.

use std::fmt;
use std::str::FromStr;

use super::{Activation, CellSite, Site, Stack, StackPart};

impl fmt::Display for Activation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Activation::Embed => f.write_str("embed"),
            Activation::PosEmbed => f.write_str("pos_embed"),
            Activation::EmbedSum => f.write_str("embed_sum"),
            Activation::HeadPre => f.write_str("head.pre"),
            Activation::HeadPost => f.write_str("head.post"),
            Activation::Block { layer, site } => write!(f, "blocks.{layer}.{}", site.name()),
            Activation::LnFinal => f.write_str("ln_final"),
            Activation::Logits => f.write_str("logits"),
            Activation::Cell { layer, site } => write!(f, "cells.{layer}.{}", site.name()),
            Activation::InStack(stack, part) => write!(f, "{}.{}", stack.name(), part.plain()),
        }
    }
}

/// The text is not the name of an activation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not the name of an activation")]
pub struct ParseActivationError(pub String);

impl FromStr for Activation {
    type Err = ParseActivationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "embed" => return Ok(Activation::Embed),
            "pos_embed" => return Ok(Activation::PosEmbed),
            "embed_sum" => return Ok(Activation::EmbedSum),
            "head.pre" => return Ok(Activation::HeadPre),
            "head.post" => return Ok(Activation::HeadPost),
            "ln_final" => return Ok(Activation::LnFinal),
            "logits" => return Ok(Activation::Logits),
            _ => {}
        }
        for stack in [Stack::Encoder, Stack::Decoder] {
            let rest = text.strip_prefix(stack.name());
            if let Some(rest) = rest.and_then(|rest| rest.strip_prefix('.')) {
                let part = rest.parse().ok().and_then(StackPart::from_plain);
                return part
                    .map(|part| Activation::InStack(stack, part))
                    .ok_or_else(|| ParseActivationError(text.to_owned()));
            }
        }
        if let Some((layer, name)) = text
            .strip_prefix("cells.")
            .and_then(|rest| rest.split_once('.'))
        {
            let site = CellSite::ALL.into_iter().find(|site| site.name() == name);
            return match (layer.parse(), site) {
                (Ok(layer), Some(site)) => Ok(Activation::Cell { layer, site }),
                _ => Err(ParseActivationError(text.to_owned())),
            };
        }
        text.strip_prefix("blocks.")
            .and_then(|rest| rest.split_once('.'))
            .and_then(|(layer, name)| {
                let sites = Site::ALL.into_iter().chain(Site::CROSS);
                let mut sites = sites.chain([Site::MlpPreLinear, Site::ResidSum]);
                let site = sites.find(|site| site.name() == name)?;
                Some(Activation::Block {
                    layer: layer.parse().ok()?,
                    site,
                })
            })
            .ok_or_else(|| ParseActivationError(text.to_owned()))
    }
}

impl From<Activation> for String {
    fn from(activation: Activation) -> String {
        activation.to_string()
    }
}

impl TryFrom<String> for Activation {
    type Error = ParseActivationError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Axis;

    #[test]
    fn every_name_reads_back() {
        let mut all = Activation::all(12);
        all.extend(Activation::all_of_encoder_decoder(2, 3));
        all.extend(Activation::all_of_recurrent(2));
        all.extend([
            Activation::EmbedSum,
            Activation::HeadPre,
            Activation::HeadPost,
            Activation::block(1, Site::ResidSum),
        ]);
        all.push(Activation::block(1, Site::MlpPreLinear));
        all.push(Activation::in_stack(Stack::Encoder, 0, Site::MlpPreLinear));
        for activation in all {
            assert_eq!(activation.to_string().parse(), Ok(activation));
        }
    }

    #[test]
    fn a_stack_is_named_first() {
        let name = Activation::in_stack(Stack::Decoder, 1, Site::Pattern.crossed());
        assert_eq!(name.to_string(), "decoder.blocks.1.cross_attn.pattern");
        assert_eq!(name.axes(), &[Axis::Head, Axis::Query, Axis::Source]);
        assert!(name.is_per_head());
    }

    #[test]
    fn refuses_other_names() {
        for text in [
            "",
            "blocks",
            "blocks.1",
            "blocks.x.ln1",
            "blocks.1.ln3",
            "logits ",
            "encoder.logits",
            "encoder.cells.0.cell",
            "cells.0",
            "cells.0.gates",
            "decoder.encoder.embed",
            "encoder",
        ] {
            assert!(text.parse::<Activation>().is_err(), "{text}");
        }
    }
}
