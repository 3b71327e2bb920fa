namespace TempoCos.Cluster.Api.Admission.PodSecurity;

/// <summary>How much a pod is kept from, from nothing to most.</summary>
public enum PodSecurityLevel
{
    Privileged,
    Baseline,
    Restricted,
}
