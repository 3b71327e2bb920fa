namespace TempoCos.CosProvisioner.Http;

/// <summary>Why the system that was asked did not answer.</summary>
internal enum NoAnswer
{
    /// <summary>Not resolved, refused, broken, or too late.</summary>
    Unreachable,

    /// <summary>A proxy that wants credentials, cannot be reached, or answered itself.</summary>
    Proxy,

    /// <summary>The certificate that was shown is not trusted here, or is another host's.</summary>
    Certificate,
}
