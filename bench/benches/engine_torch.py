# The rival of bench/benches/engine.ts: the same pyramid vision transformer, loss and optimiser in PyTorch, one thread.
# Prints {"ms": best step, "forward_flops": products of one forward pass, "blas": ...}. Needs Debian's python3-torch; not a dependency.
import json
import math
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(1)
torch.manual_seed(1)
config = json.loads(sys.argv[1])
flops = 0


class Linear(nn.Linear):
    def forward(self, x):
        global flops
        flops += 2 * x.numel() * self.out_features
        return super().forward(x)


def patchify(x, grid, p):  # [n, d*h*w, c] -> [n, tokens, p^3 c]
    n, c = x.shape[0], x.shape[-1]
    d, h, w = (extent // p for extent in grid)
    return x.view(n, d, p, h, p, w, p * c).permute(0, 1, 3, 5, 2, 4, 6).reshape(n, d * h * w, p**3 * c), (d, h, w)


def unpatchify(x, grid, p):
    n, c = x.shape[0], x.shape[-1] // p**3
    d, h, w = grid
    return x.view(n, d, h, w, p, p, p * c).permute(0, 1, 4, 2, 5, 3, 6).reshape(n, d * h * w * p**3, c)


class Block(nn.Module):
    def __init__(self, stage, ratio):
        super().__init__()
        c = stage["width"]
        self.heads, self.reduction = stage["heads"], stage["reduction"]
        self.norm1, self.norm2 = nn.LayerNorm(c), nn.LayerNorm(c)
        self.q, self.k, self.v, self.proj = (Linear(c, c) for _ in range(4))
        if self.reduction > 1:
            self.sr, self.sr_norm = Linear(c * self.reduction**3, c), nn.LayerNorm(c)
        self.fc1, self.fc2 = Linear(c, c * ratio), Linear(c * ratio, c)

    def forward(self, x, grid):
        global flops
        n, t, c = x.shape
        y = self.norm1(x)
        kv = y if self.reduction == 1 else self.sr_norm(self.sr(patchify(y, grid, self.reduction)[0]))
        split = lambda z: z.view(n, -1, self.heads, c // self.heads).transpose(1, 2)
        q, k, v = split(self.q(y)), split(self.k(kv)), split(self.v(kv))
        flops += 4 * n * t * kv.shape[1] * c
        scores = (q / math.sqrt(c // self.heads)) @ k.transpose(-1, -2)
        mixed = (scores.softmax(-1) @ v).transpose(1, 2).reshape(n, t, c)
        x = x + self.proj(mixed)
        return x + self.fc2(F.gelu(self.fc1(self.norm2(x))))


class Level(nn.Module):
    def __init__(self, into, out, stage, tokens, blocks, ratio, has_patch_norm):
        super().__init__()
        self.embed = Linear(into, out)
        self.patch_norm = nn.LayerNorm(out) if has_patch_norm else nn.Identity()
        self.position = nn.Parameter(torch.randn(tokens, stage["width"]) * 0.02)
        self.blocks = nn.ModuleList(Block(stage, ratio) for _ in range(blocks))
        self.norm = nn.LayerNorm(stage["width"])

    def run(self, x, grid):
        x = x + self.position
        for block in self.blocks:
            x = block(x, grid)
        return self.norm(x)


class Pvt(nn.Module):
    def __init__(self):
        super().__init__()
        self.stages, ratio = config["stages"], config["mlpRatio"]
        grid, width = config["size"], 1
        self.encoder, self.decoder, grids = nn.ModuleList(), nn.ModuleList(), []
        for s in self.stages:
            grid = [extent // s["patch"] for extent in grid]
            grids.append(grid)
            self.encoder.append(
                Level(width * s["patch"] ** 3, s["width"], s, math.prod(grid), s["encoderBlocks"], ratio, True)
            )
            width = s["width"]
        for i, s in enumerate(self.stages[:-1]):
            below = self.stages[i + 1]
            out = s["width"] * below["patch"] ** 3
            self.decoder.append(Level(below["width"], out, s, math.prod(grids[i]), s["decoderBlocks"], ratio, False))
        self.full = Linear(self.stages[0]["width"], config["features"] * self.stages[0]["patch"] ** 3)
        self.stem = Linear(1, config["features"])
        self.head = Linear(config["features"], config["classes"])

    def forward(self, voxels):
        x, grid, skips = voxels, config["size"], []
        for s, level in zip(self.stages, self.encoder):
            patches, grid = patchify(x, grid, s["patch"])
            x = level.run(level.patch_norm(level.embed(patches)), grid)
            skips.append((x, grid))
        for i in reversed(range(len(self.decoder))):
            level = self.decoder[i]
            x = unpatchify(level.embed(x), grid, self.stages[i + 1]["patch"])
            skip, grid = skips[i]
            x = level.run(x + skip, grid)
        fine = unpatchify(self.full(x), grid, self.stages[0]["patch"])
        return self.head(F.leaky_relu(fine + self.stem(voxels)))


net = Pvt()
optimizer = torch.optim.AdamW(net.parameters(), 1e-3)
x = torch.randn(config["batch"], math.prod(config["size"]), 1)
labels = torch.randint(config["classes"], (config["batch"] * x.shape[1],))


def step():
    optimizer.zero_grad()
    F.cross_entropy(net(x).flatten(0, 1), labels).backward()
    nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    optimizer.step()


step()
times = []
for _ in range(config["rounds"]):
    flops, started = 0, time.process_time()
    step()
    times.append(time.process_time() - started)
# Debian's torch takes whatever BLAS is installed; the reference one is several times slower than OpenBLAS
blas = "OpenBLAS" if "openblas" in open("/proc/self/maps").read() else "reference BLAS (install libopenblas0)"
print(json.dumps({"ms": min(times) * 1e3, "forward_flops": flops, "blas": f"torch {torch.__version__} with {blas}"}))
