namespace TempoCos.TempoStackDeployer.Readiness.Causes;

/// <summary>In what order things have to be well before a component is ready: of two causes the one of the smaller depth comes first.</summary>
internal enum CauseDepth
{
    /// <summary>A Secret or ConfigMap that a container needs is not there.</summary>
    Missing,

    /// <summary>The API server does not let the pod be made.</summary>
    Admission,

    /// <summary>No node takes the pod, or its volume is not there.</summary>
    Placement,

    /// <summary>The image cannot be had.</summary>
    Image,

    /// <summary>Tempo refuses its configuration.</summary>
    Configuration,

    /// <summary>Tempo may not write its own directory.</summary>
    Volume,

    /// <summary>The object store does not answer, or refuses.</summary>
    Store,

    /// <summary>The container needs more memory than it may have.</summary>
    Memory,

    /// <summary>The container ends for another reason.</summary>
    Crash,

    /// <summary>The container runs and does not become ready.</summary>
    Unready,

    /// <summary>Nothing is wrong with it: it is starting, or waits for another component.</summary>
    Waiting,
}
