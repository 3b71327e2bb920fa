namespace TempoCos.TempoStackDeployer.Readiness;

internal enum WorkloadKind
{
    Deployment,
    StatefulSet,
}
