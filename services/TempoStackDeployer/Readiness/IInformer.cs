namespace TempoCos.TempoStackDeployer.Readiness;

/// <summary>An informer of any kind of object.</summary>
internal interface IInformer
{
    bool HasSynced { get; }

    Task RunAsync(CancellationToken cancellationToken);
}
