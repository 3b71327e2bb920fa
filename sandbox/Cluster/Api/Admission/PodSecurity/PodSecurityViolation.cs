namespace TempoCos.Cluster.Api.Admission.PodSecurity;

/// <summary>What a pod does that it may not, in short and in full.</summary>
public sealed record PodSecurityViolation(string Reason, string Detail)
{
    public override string ToString() => $"{Reason} ({Detail})";
}
