namespace TempoCos.TempoStackDeployer.Clusters.Rights;

/// <summary>What a right is used for, and so whether a run can do without.</summary>
internal enum RightUse
{
    /// <summary>Every deployment.</summary>
    Deploy,

    /// <summary>A namespace that the run makes and takes away again.</summary>
    OwnNamespace,

    /// <summary>The storage Secret that a run's provision stage makes.</summary>
    Provision,

    /// <summary>Ways to the components from outside the cluster.</summary>
    PortForward,

    /// <summary>The way through an Ingress, where it is asked for.</summary>
    Ingress,

    /// <summary>Components that ask for TLS, as they do where the operator encrypts, which is its default.</summary>
    Encryption,

    /// <summary>Rung 6 and key rotation; a run without them needs it not.</summary>
    Disturb,

    /// <summary>Saying why something does not become ready; without it less is said.</summary>
    Explain,

    /// <summary>Looking, before anything is made, whether it can work; without it that is found out later.</summary>
    Look,
}
