"""What the register can prove of a case: a registry of providers by the names of :data:`mujun.cases.definition.PROOFS`."""
