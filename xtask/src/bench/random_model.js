// A GPT-2 of seeded random weights as the files of a Hugging Face folder, for timing only.
"use strict";
window.randomModel = ({ layers, width, heads, vocabulary, positions }) => {
  const config = {
    model_type: "gpt2", vocab_size: vocabulary, n_positions: positions, n_embd: width, n_layer: layers, n_head: heads,
    activation_function: "gelu_new", layer_norm_epsilon: 1e-5, tie_word_embeddings: true,
  };
  const shapes = { "wte.weight": [vocabulary, width], "wpe.weight": [positions, width] };
  for (let layer = 0; layer < layers; layer += 1) {
    const block = {
      "ln_1.weight": [width], "ln_1.bias": [width],
      "attn.c_attn.weight": [width, 3 * width], "attn.c_attn.bias": [3 * width],
      "attn.c_proj.weight": [width, width], "attn.c_proj.bias": [width],
      "ln_2.weight": [width], "ln_2.bias": [width],
      "mlp.c_fc.weight": [width, 4 * width], "mlp.c_fc.bias": [4 * width],
      "mlp.c_proj.weight": [4 * width, width], "mlp.c_proj.bias": [width],
    };
    for (const [name, shape] of Object.entries(block)) shapes[`h.${layer}.${name}`] = shape;
  }
  shapes["ln_f.weight"] = [width];
  shapes["ln_f.bias"] = [width];

  const header = {};
  let count = 0;
  for (const [name, shape] of Object.entries(shapes)) {
    const size = shape.reduce((product, length) => product * length, 1);
    header[name] = { dtype: "F32", shape, data_offsets: [4 * count, 4 * (count + size)] };
    count += size;
  }
  // xorshift32 (Marsaglia 2003); uniform numbers with the deviation of GPT-2's first weights times 2.
  let state = 2463534242;
  const uniform = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4294967296 - 0.5;
  };
  const weights = Float32Array.from({ length: count }, () => uniform() * 0.14);
  // Padded with spaces so that the numbers begin at a multiple of 8 bytes.
  const text = JSON.stringify(header);
  const json = new TextEncoder().encode(text + " ".repeat((8 - (text.length % 8)) % 8));
  const safetensors = new Uint8Array(8 + json.length + weights.byteLength);
  new DataView(safetensors.buffer).setBigUint64(0, BigInt(json.length), true);
  safetensors.set(json, 8);
  safetensors.set(new Uint8Array(weights.buffer), 8 + json.length);

  // One token per byte in the alphabet of byte-level BPE; ids are sent, text never is.
  const isPrinted = (byte) => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  let next = 256;
  const vocab = {};
  for (let byte = 0; byte < 256; byte += 1) vocab[String.fromCharCode(isPrinted(byte) ? byte : next++)] = byte;
  const level = { type: "ByteLevel", add_prefix_space: false, trim_offsets: false, use_regex: true };
  const tokenizer = { added_tokens: [], normalizer: null, pre_tokenizer: level, decoder: level, model: { type: "BPE", vocab, merges: [] } };
  const bytes = (value) => new TextEncoder().encode(JSON.stringify(value)).buffer;
  return { "config.json": bytes(config), "tokenizer.json": bytes(tokenizer), "model.safetensors": safetensors.buffer };
};
