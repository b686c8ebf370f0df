//! Numbers of parameters and characters of heads: what does not depend on a text.

use llm_atlas::protocol::{
    BlockParameter, EngineError, Finding, Inspection, Parameter, ParameterSlice,
};

use crate::models::{Subject, small, uniform, untied};

fn numbers(subject: &mut Subject, slices: &[ParameterSlice]) -> Vec<Vec<f32>> {
    match subject.inspect(&[], &Inspection::Parameters(slices.to_vec())) {
        Ok(Finding::Parameters(numbers)) => numbers,
        other => panic!("{other:?}"),
    }
}

/// One number of a parameter, straight from the file.
fn expected(subject: &Subject, parameter: Parameter, index: &[usize]) -> f32 {
    let reference = &subject.reference;
    let d_model = reference.config.n_embd;
    let d_head = d_model / reference.config.n_head;
    let at = |name: &str, index: usize| reference.values(name)[index] as f32;
    let Parameter::Block { layer, parameter } = parameter else {
        return match parameter {
            Parameter::TokenEmbedding => at("wte.weight", index[0] * d_model + index[1]),
            Parameter::PositionEmbedding => at("wpe.weight", index[0] * d_model + index[1]),
            Parameter::LnFinalGain => at("ln_f.weight", index[0]),
            Parameter::LnFinalBias => at("ln_f.bias", index[0]),
            _ => reference.unembedding()[index[1]][index[0]] as f32,
        };
    };
    let at = |name: &str, index: usize| reference.layer(layer, name)[index] as f32;
    let fused = |third: usize| {
        let column = third * d_model + index[0] * d_head + index[2];
        at("attn.c_attn.weight", index[1] * 3 * d_model + column)
    };
    let fused_bias = |third: usize| {
        let column = third * d_model + index[0] * d_head + index[1];
        at("attn.c_attn.bias", column)
    };
    let d_mlp = reference.config.d_mlp();
    match parameter {
        BlockParameter::Ln1Gain => at("ln_1.weight", index[0]),
        BlockParameter::Ln1Bias => at("ln_1.bias", index[0]),
        BlockParameter::WQ => fused(0),
        BlockParameter::BQ => fused_bias(0),
        BlockParameter::WK => fused(1),
        BlockParameter::BK => fused_bias(1),
        BlockParameter::WV => fused(2),
        BlockParameter::BV => fused_bias(2),
        BlockParameter::WO => {
            let row = index[0] * d_head + index[1];
            at("attn.c_proj.weight", row * d_model + index[2])
        }
        BlockParameter::BO => at("attn.c_proj.bias", index[0]),
        BlockParameter::Ln2Gain => at("ln_2.weight", index[0]),
        BlockParameter::Ln2Bias => at("ln_2.bias", index[0]),
        BlockParameter::WGate | BlockParameter::BGate => panic!("GPT-2 has no gate"),
        BlockParameter::WIn => at("mlp.c_fc.weight", index[0] * d_mlp + index[1]),
        BlockParameter::BIn => at("mlp.c_fc.bias", index[0]),
        BlockParameter::WOut => at("mlp.c_proj.weight", index[0] * d_model + index[1]),
        BlockParameter::BOut => at("mlp.c_proj.bias", index[0]),
        other => panic!("a decoder has no {other:?}"),
    }
}

/// Every choice of a whole axis or one index of it.
fn slices(subject: &Subject, parameter: Parameter) -> Vec<ParameterSlice> {
    let lengths = lengths(subject, parameter);
    (0..1usize << lengths.len())
        .map(|fixed| ParameterSlice {
            parameter,
            index: lengths
                .iter()
                .enumerate()
                .map(|(axis, length)| (fixed >> axis & 1 == 1).then_some((7 * axis + 5) % length))
                .collect(),
        })
        .collect()
}

fn lengths(subject: &Subject, parameter: Parameter) -> Vec<usize> {
    use llm_atlas::protocol::Axis;
    let info = subject.session.info();
    let length = |axis: &Axis| match axis {
        Axis::Pos => info.n_ctx,
        Axis::Head => info.n_heads,
        Axis::DModel => info.d_model,
        Axis::DHead => info.d_head,
        Axis::DMlp => info.d_mlp,
        Axis::Vocab => info.vocab_size(),
        _ => panic!("no parameter of a decoder has it"),
    };
    parameter.axes().iter().map(length).collect()
}

/// All indices of a slice, row-major.
fn indices(slice: &ParameterSlice, lengths: &[usize]) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    for (entry, length) in slice.index.iter().zip(lengths) {
        let choices: Vec<usize> = entry.map_or((0..*length).collect(), |index| vec![index]);
        all = all
            .iter()
            .flat_map(|before| {
                choices
                    .iter()
                    .map(|index| [&before[..], &[*index]].concat())
            })
            .collect();
    }
    all
}

#[test]
fn every_slice_of_every_parameter_equals_the_file() {
    for mut subject in [small(), untied()] {
        let all = Parameter::all(subject.session.info().n_layers);
        let slices: Vec<ParameterSlice> = all
            .into_iter()
            .flat_map(|parameter| slices(&subject, parameter))
            .collect();
        let found = numbers(&mut subject, &slices);
        assert_eq!(found.len(), slices.len());
        for (slice, found) in slices.iter().zip(found) {
            let indices = indices(slice, &lengths(&subject, slice.parameter));
            let expected: Vec<f32> = indices
                .iter()
                .map(|index| expected(&subject, slice.parameter, index))
                .collect();
            assert_eq!(found, expected, "{slice:?}");
        }
        assert!(numbers(&mut subject, &[]).is_empty());
    }
}

#[test]
fn an_index_out_of_range_is_refused_in_words() {
    let mut subject = small();
    let mut refused = |parameter: Parameter, index: &[Option<usize>]| {
        let index = index.to_vec();
        let slice = ParameterSlice { parameter, index };
        match subject.inspect(&[], &Inspection::Parameters(vec![slice])) {
            Err(EngineError::Internal { detail }) => detail,
            other => panic!("{other:?}"),
        }
    };
    let w_q = |layer| Parameter::block(layer, BlockParameter::WQ);
    assert_eq!(
        refused(w_q(1), &[Some(3), None, None]),
        "blocks.1.attn.W_Q: index 3 of axis 0 is outside its length 3"
    );
    assert!(refused(w_q(1), &[None, None]).contains("3 axes"));
    assert!(refused(w_q(2), &[None, None, None]).contains("2 blocks"));
    assert!(refused(Parameter::TokenEmbedding, &[Some(19), None]).contains("19"));
}

#[test]
fn heads_that_look_everywhere_alike_have_the_character_of_it() {
    let mut subject = uniform();
    let half = 10;
    let inspection = Inspection::HeadCharacters {
        sequences: 3,
        half,
        seed: 4,
    };
    let Ok(Finding::HeadCharacters(characters)) = subject.inspect(&[], &inspection) else {
        panic!()
    };
    assert_eq!(characters.len(), 4);
    let mean = |from: usize, of: &dyn Fn(f64) -> f64| {
        let values = (from..2 * half).map(|query| of(query as f64));
        values.sum::<f64>() / (2 * half - from) as f64
    };
    for character in characters {
        let pairs = [
            (character.previous_token, mean(1, &|q| 1.0 / (q + 1.0))),
            (character.induction, mean(half, &|q| 1.0 / (q + 1.0))),
            (character.entropy, mean(0, &|q| (q + 1.0).log2())),
            (character.distance, mean(0, &|q| q / 2.0)),
        ];
        for (found, expected) in pairs {
            assert!((f64::from(found) - expected).abs() < 1e-4, "{character:?}");
        }
    }
    let too_long = Inspection::HeadCharacters {
        sequences: 1,
        half: 17,
        seed: 0,
    };
    assert!(subject.inspect(&[], &too_long).is_err());
}
