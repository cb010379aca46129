import numpy as np
from example_laws import BATCH, dense, gaussian, generators

from forecastkit.autoregression.dense_forecast import DenseForecast


def test_the_covariance_is_that_of_the_scaled_root():
    for law in (dense(), dense(BATCH)):
        for i in range(BATCH):
            root = law.root[i if len(law.root) > 1 else 0]
            np.testing.assert_allclose(law.covariance(i), law.scale[i] ** 2 * root @ root.T, rtol=1e-14)
            np.testing.assert_allclose(law.variance[i], np.diagonal(law.covariance(i)), rtol=1e-14)


def test_the_root_of_an_autoregression_gives_its_forecast():
    law = gaussian(loaded=False)
    root = np.stack([np.linalg.cholesky(law.covariance(i)) for i in range(BATCH)])
    same = DenseForecast(law.mean, root, np.ones(BATCH))
    np.testing.assert_allclose(same.variance, law.variance, rtol=1e-13)
    np.testing.assert_allclose(same.sample(3, generators(1, 2, 3)), law.sample(3, generators(1, 2, 3)), rtol=1e-12)
