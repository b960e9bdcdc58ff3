"""Writes the files of FrameNetworkGoldenTest: a narrow LPIPS by the docs' own snippet, an embedding, and what torch says.

Run it in this folder: python make_frame_networks.py ../../../../../../../../framepack/docs/laboratory.md
(torch, torchvision, lpips and safetensors; no trained weights are fetched).
"""

import pathlib
import re
import sys

import lpips
import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn.functional import cosine_similarity, interpolate

WIDTHS = [4, 6, 6, 5, 5]  # channels of AlexNet's five convolutions, instead of 64 to 384
CLIP_MEAN, CLIP_DEVIATION = [0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711]


def drawn(conv):
    """Weights that keep the size of what passes, and biases."""
    nn.init.kaiming_normal_(conv.weight)
    if conv.bias is not None:
        nn.init.normal_(conv.bias, std=0.1)
    return conv


def narrow_lpips(net):
    """The authors' LPIPS with narrow convolutions and random weights; `net` is "alex"."""
    model = authors_lpips(net=net, pretrained=False, pnet_rand=True)
    channels, widths = 3, iter(WIDTHS)
    for part, lin in zip(model.net.children(), model.lins):
        for name, layer in part.named_children():
            if isinstance(layer, nn.Conv2d):
                width = next(widths)
                conv = nn.Conv2d(channels, width, layer.kernel_size, layer.stride, layer.padding)
                part.add_module(name, drawn(conv))
                channels = width
        lin.model[-1] = nn.Conv2d(channels, 1, 1, bias=False)
        nn.init.uniform_(lin.model[-1].weight, 0, 1)  # trained ones are not negative
    return model.eval()


def export_lpips(docs):
    snippet = re.search(r"```python\n(.*?)```", pathlib.Path(docs).read_text(), re.DOTALL).group(1)
    names = {}
    exec(snippet.replace("lpips-alex", "lpips-narrow"), names)
    return names["net"]


class Embedding(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = drawn(nn.Conv2d(3, 5, 3, stride=2, padding=1))
        self.conv2 = drawn(nn.Conv2d(5, 6, 3, bias=False))
        self.proj = drawn(nn.Conv2d(6, 4, 1, bias=False))
        self.register_buffer("mean", torch.tensor(CLIP_MEAN).view(1, 3, 1, 1))
        self.register_buffer("deviation", torch.tensor(CLIP_DEVIATION).view(1, 3, 1, 1))

    def embed(self, x):
        x = interpolate(x, (32, 32), mode="bilinear", align_corners=False)
        x = ((x + 1) / 2 - self.mean) / self.deviation
        x = nn.functional.max_pool2d(self.conv1(x).relu(), 3, 2)
        return self.proj(self.conv2(x).relu().mean((2, 3), keepdim=True))[:, :, 0, 0]

    def forward(self, a, b):
        return 2 - 2 * cosine_similarity(self.embed(a), self.embed(b))

    def export(self, file):
        tensors = {name: t for name, t in self.state_dict().items() if name not in ("mean", "deviation")}
        tensors |= {"shift": 2 * self.mean - 1, "scale": 2 * self.deviation}
        layers = "resize 32; normalize; conv conv1 stride 2 padding 1; relu; maxpool 3 2; conv conv2; relu; mean; conv proj; tap"
        save_file(tensors, file, metadata={"framepack.layers": layers})


def frames(rows, columns):
    """Two videos of three frames as bytes [3, T, H, W]: a wave that moved a little, one with noise, and only noise."""
    y, x = torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij")
    wave = torch.stack([torch.sin(0.31 * x - 0.23 * y + c) + 0.5 * torch.cos(0.17 * x * (c + 1)) for c in range(3)]) / 1.5
    noise = torch.rand(2, 3, rows, columns) * 2 - 1
    a = torch.stack([wave, wave, noise[0]], 1)
    b = torch.stack([wave.roll(3, 2), wave + 0.2 * noise[0], noise[1]], 1)
    return [(128 + 127 * v).clamp(0, 255).to(torch.uint8).contiguous() for v in (a, b)]


torch.manual_seed(5)
authors_lpips, lpips.LPIPS = lpips.LPIPS, narrow_lpips
a, b = frames(43, 51)
io = {"in.a": a, "in.b": b}
embedding = Embedding()
embedding.export("embedding.safetensors")
with torch.no_grad():
    for name, net in {"lpips": export_lpips(sys.argv[1]), "embedding": embedding}.items():
        pixels = [(v.permute(1, 0, 2, 3).float() - 128) / 128 for v in (a, b)]
        io[f"out.{name}"] = net(*pixels).flatten()
        io[f"out64.{name}"] = net.double()(*(p.double() for p in pixels)).flatten()
save_file(io, "distances.safetensors", metadata={"torch": torch.__version__})
for name in io:
    if name.startswith("out"):
        print(name, io[name].tolist())
