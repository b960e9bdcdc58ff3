def linear(self, x: Tensor, w: Dict[str, Tensor], name: str) -> Tensor:
  return torch.linear(x, w[name + ".weight"], w[name + ".bias"])
def modulate(self, x: Tensor, shift: Tensor, scale: Tensor) -> Tensor:
  return torch.layer_norm(x, [x.size(-1)], None, None, 1e-6) * (scale.unsqueeze(1) + 1) + shift.unsqueeze(1)
def rotate(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
  pairs = x.unflatten(-1, [-1, 2])
  turned = torch.stack([-pairs.select(-1, 1), pairs.select(-1, 0)], -1).flatten(3)
  return x * cos + turned * sin
def heads(self, x: Tensor, w: Dict[str, Tensor], name: str, norm: str, cos: Tensor, sin: Tensor) -> Tensor:
  split = self.linear(x, w, name).unflatten(-1, [-1, cos.size(-1)])
  normed = torch.rms_norm(split, [cos.size(-1)], w[norm + ".weight"], 1e-6)
  return self.rotate(normed, cos, sin).transpose(1, 2)
def attention(self, y: Tensor, cos: Tensor, sin: Tensor, w: Dict[str, Tensor], a: str) -> Tensor:
  q = self.heads(y, w, a + "to_q", a + "norm_q", cos, sin)
  k = self.heads(y, w, a + "to_k", a + "norm_k", cos, sin)
  v = self.linear(y, w, a + "to_v").unflatten(-1, [-1, cos.size(-1)]).transpose(1, 2)
  return torch.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)
def block(self, x: Tensor, c: Tensor, cos: Tensor, sin: Tensor, w: Dict[str, Tensor], name: str) -> Tensor:
  m = self.linear(c, w, name + ".norm1.linear").chunk(6, 1)
  attended = self.attention(self.modulate(x, m[0], m[1]), cos, sin, w, name + ".attn.")
  x = x + m[2].unsqueeze(1) * self.linear(attended, w, name + ".attn.to_out.0")
  y = self.modulate(x, m[3], m[4])
  y = self.linear(torch.gelu(self.linear(y, w, name + ".ff.net.0.proj"), approximate="GELU"), w, name + ".ff.net.2")
  return x + m[5].unsqueeze(1) * y
def single(self, x: Tensor, c: Tensor, cos: Tensor, sin: Tensor, w: Dict[str, Tensor], name: str) -> Tensor:
  m = self.linear(c, w, name + ".norm.linear").chunk(3, 1)
  y = self.modulate(x, m[0], m[1])
  attended = self.attention(y, cos, sin, w, name + ".attn.")
  both = torch.cat([attended, torch.gelu(self.linear(y, w, name + ".proj_mlp"), approximate="GELU")], 2)
  return x + m[2].unsqueeze(1) * self.linear(both, w, name + ".proj_out")
