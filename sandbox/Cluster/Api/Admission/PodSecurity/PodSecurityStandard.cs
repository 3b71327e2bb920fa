namespace TempoCos.Cluster.Api.Admission.PodSecurity;

/// <summary>A level as a minor version of Kubernetes had it; <see cref="Latest"/> is the newest.</summary>
public readonly record struct PodSecurityStandard(PodSecurityLevel Level, int Minor)
{
    public const int Latest = int.MaxValue;

    public override string ToString() => $"{Level.ToString().ToLowerInvariant()}:{(Minor == Latest ? "latest" : $"v1.{Minor}")}";
}
