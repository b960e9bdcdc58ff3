def patches(self, x: Tensor, w: Dict[str, Tensor], name: str) -> Tensor:
  kernel = w[name + ".weight"]
  kt = kernel.size(2)
  kh = kernel.size(3)
  kw = kernel.size(4)
  b = x.size(0)
  c = x.size(1)
  blocks = x.view([b, c, x.size(2) // kt, kt, x.size(3) // kh, kh, x.size(4) // kw, kw])
  rows = blocks.permute([0, 2, 4, 6, 1, 3, 5, 7]).reshape([b, -1, c * kt * kh * kw])
  return torch.linear(rows, kernel.flatten(1), w[name + ".bias"])
def conditioning(self, time: Tensor, labels: Tensor, w: Dict[str, Tensor]) -> Tensor:
  e = "time_text_embed.timestep_embedder.linear_"
  half = w[e + "1.weight"].size(1) // 2
  angles = time.unsqueeze(1) * torch.exp(torch.arange(half) * (-torch.log(1000.) / half)).unsqueeze(0)
  waves = torch.cat([torch.cos(angles), torch.sin(angles)], 1)
  embedded = self.linear(torch.silu(self.linear(waves, w, e + "1")), w, e + "2")
  return torch.silu(embedded + torch.embedding(w["label_embed.weight"], labels))
def velocity(self, noisy: Tensor, levels: List[Tensor], position: Tensor, cos: Tensor, sin: Tensor, time: Tensor, labels: Tensor, w: Dict[str, Tensor]) -> Tensor:
  kernels = ["proj_4x", "proj_2x", "proj"]
  tokens: List[Tensor] = []
  for i in range(len(levels)):
    tokens.append(self.patches(levels[i], w, "clean_x_embedder." + kernels[i]))
  tokens.append(self.patches(noisy, w, "x_embedder.proj"))
  x = torch.cat(tokens, 1) + position
  c = self.conditioning(time, labels, w)
  for i in range(BLOCKS):
    x = self.block(x, c, cos, sin, w, "transformer_blocks." + str(i))
  m = self.linear(c, w, "norm_out.linear").chunk(2, 1)
  frames = noisy.size(2)
  h = noisy.size(3) // 2
  wide = noisy.size(4) // 2
  made = x.narrow(1, x.size(1) - frames * h * wide, frames * h * wide)
  rows = self.linear(self.modulate(made, m[1], m[0]), w, "proj_out")
  image = rows.view([noisy.size(0), frames, h, wide, noisy.size(1), 2, 2])
  return image.permute([0, 4, 1, 2, 5, 3, 6]).reshape(noisy.size())
def clip(self, grads: List[Tensor]) -> Tensor:
  norm = torch.linalg_vector_norm(torch.stack(torch._foreach_norm(grads)))
  torch._foreach_mul_(grads, torch.clamp(1. / (norm + 1e-6), None, 1.))
  return norm
def adamw(self, p: Tensor, g: Tensor, m: Tensor, v: Tensor, lr: float, t: float) -> None:
  p.mul_(1. - lr * 0.)
  m.lerp_(g, 1. - BETA1)
  v.mul_(BETA2).addcmul_(g, g, value=1. - BETA2)
  root = (v.sqrt() / torch.sqrt(1. - BETA2 ** t)).add_(1e-8)
  p.addcdiv_(m, root, value=-lr / (1. - BETA1 ** t))
def forward(self, w: List[Tensor], m: List[Tensor], v: List[Tensor], steps: List[Tensor], x0: Tensor, noise: Tensor, sigma: Tensor, levels: List[Tensor], position: Tensor, cos: Tensor, sin: Tensor, labels: Tensor, rate: Tensor) -> Tensor:
  torch.set_grad_enabled(True)
  lr = float(rate)
  names = self.names()
  named: Dict[str, Tensor] = {}
  for i in range(len(w)):
    named[names[i]] = w[i]
  s = sigma.view([-1, 1, 1, 1, 1])
  noisy = x0 + (noise - x0) * s
  made = self.velocity(noisy, levels, position, cos, sin, sigma * 1000, labels, named)
  loss = torch.mse_loss(made, noise - x0)
  found = torch.grad([loss], w)
  grads: List[Tensor] = []
  for i in range(len(w)):
    g = found[i]
    assert g is not None
    grads.append(g)
  torch.set_grad_enabled(False)
  self.clip(grads)
  if FUSED:
    torch._foreach_add_(steps, 1.)
    torch._fused_adamw_(w, grads, m, v, [], steps, lr=lr, beta1=BETA1, beta2=BETA2, weight_decay=0., eps=1e-8, amsgrad=False, maximize=False)
  else:
    for i in range(len(w)):
      steps[i].add_(1.)
      self.adamw(w[i], grads[i], m[i], v[i], lr, float(steps[i]))
  return loss.detach()
