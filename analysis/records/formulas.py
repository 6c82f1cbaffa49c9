"""What each estimator computes for a unit of a layer, in a line: docs/families.md derives it."""

NOTATION = """z: a unit drawn from q(z | a); of a Bernoulli unit p = sigmoid(a), q = 1 − p
s = d log q / da = z − p, its score; f: the cost still to go; g estimates d/da E f(z) = E[f(z) s]
k, j: one of K draws; m: means; c: a baseline; u: the uniform that z is drawn by"""

FORMULAS = {
    "reinforce": "g = (f(z) − c) s,   c a running mean",
    "nvil": "g = (f(z) − c − c(x)) s / max(1, v),   c(x) a learned net, v a running deviation",
    "optimal_baseline": "g = (f(z) − c) s,   c = E[f s²] / E[s²] of each parameter, running",
    "reinforce_loo": "g = 1/K Σₖ (fₖ − mean of the other f) sₖ",
    "vargrad": "g = 1/(K−1) Σₖ (fₖ − mean f) sₖ,   one f for all layers",
    "vimco": "g = Σₖ (L − L with the mean of the other f in place of fₖ) sₖ + dL,\n"
    "L = −log 1/K Σₖ exp(−fₖ)",
    "bbvi": "g = 1/K Σₖ (fₖ − cₖ) sₖ,   cₖ = Σ f s² / Σ s² over the other draws",
    "stochastic_search": "g = (f(z) − αh(z)) s + α f′(m) p q,   h(z) = f(m) + f′(m)(z − m),\n"
    "α = Cov(f, h) / Var(h), running",
    "local_expectation": "gᵢ = p q (f(zᵢ = 1) − f(zᵢ = 0)),   the other units as drawn",
    "arm": "g = (f(z) − f(z̃)) (u − ½),   z = [u > 1 − p], z̃ = [u < p]",
    "disarm": "g = ½ (f(z) − f(z̃)) (z − z̃) sigmoid(|a|),   z, z̃ of one uniform",
    "arms": "g = 1/(n−1) Σᵢ (fᵢ − mean f) zᵢ · p q / (p − ρ),   ρ = P(two draws are both one)",
    "exact": "g = Σ q(z) f(z) s(z) over all z",
    "muprop": "g = (f(z) − h(z) − c) s + f′(m) p q,   h(z) = f(m) + f′(m)(z − m),\n"
    "m: every layer at its mean",
    "muprop_rollout": "g = (f(z) − h(z) − c) s + f′(m) p q,   h(z) = f(m) + f′(m)(z − m),\n"
    "m: the means that follow from the values drawn below",
    "simple_muprop": "g = (f(z) − f(m) − c) s,   m: every layer at its mean",
    "rebar": "g = (f(z) − c(x̃)) s + dc(x)/da − dc(x̃)/da,   c(x) = η f(sigmoid(x / T)),\n"
    "x = a + logit u gives z, x̃ is drawn given z",
    "relax": "g = (f(z) − c(x̃)) s + dc(x)/da − dc(x̃)/da,\n"
    "c(x) = η f(sigmoid(x / T)) + a learned net of x",
    "double_cv": "g = 1/K Σₖ (vₖ − mean of the other v) sₖ − α f̄′ₖ p q,\n"
    "vₖ = fₖ + α f̄′ₖ (zₖ − p),   f̄′ₖ the mean slope of the other draws",
    "rodeo": "g = 1/K Σₖ (fₖ − mean of the other (f + α A h)) sₖ + β A(h s),\n"
    "(A h)(z) = meanᵢ q(flip zᵢ | rest)(h(flip zᵢ) − h(z)), of mean zero",
    "straight_through": "g = f′(z) p q",
    "slope_annealed": "g = f′(z) · d sigmoid(r a)/da,   the slope r grows from 1",
    "half": "g = f′(z) p q / (2 q(z))",
    "gumbel_softmax": "g = d f(y)/da,   y = sigmoid((a + logit u) / T) in place of z",
    "st_gumbel_softmax": "g = f′(z) dy/da,   y = sigmoid((a + logit u) / T), z = [y > ½]",
    "gumbel_rao": "g = f′(z) E[dy/da | z],   the mean over draws of u that give z",
    "reinmax": "g = f′(z) (2 J(½(p + z)) − ½ J(p)),   J(m) = m (1 − m), the slope at a mean m",
    "reparameterization": "g = f′(z) dz/da,   z = μ + σe, e a normal draw",
    "stl": "g = f′(z) dz/da without the score of log q,   z = μ + σe",
    "wake_sleep": "p follows d f(z), z from q;   q follows −d log q(z | x), z and x from p",
    "reweighted_wake_sleep": "p follows Σₖ wₖ d log p(x, zₖ), q half −Σₖ wₖ d log q(zₖ | x),\n"
    "half a dream;   wₖ = exp(−fₖ) / Σⱼ exp(−fⱼ)",
}
