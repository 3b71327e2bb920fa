using TempoCos.Contracts;

namespace TempoCos.Pipeline.Runs;

/// <summary>
/// Has the run's HMAC key replaced while Tempo has traces that are not in the bucket yet: a new key into the Secret, Tempo onto it, the old key revoked. What the
/// ladder shows afterwards, Tempo has done with the new key.
/// </summary>
internal sealed class KeyChange(
    CosProvisioner.CosProvisionerClient provisioner, TempoStackDeployer.TempoStackDeployerClient deployer, RunRecord run, Action<RunReply> publish)
{
    private const string Provisioner = "cos-provisioner";
    private const string Deployer = "tempostack-deployer";

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var (secret, stack) = (run.Provisioned!, run.Deployed!);
        var rotated = await ServiceStream.ReadAsync(
            provisioner.RotateKey(new RotateKeyRequest { RunId = run.RunId, Namespace = secret.Namespace, SecretName = secret.SecretName }, cancellationToken: cancellationToken),
            Provisioner, reply => publish.Take(reply.Event, reply.Rotated), cancellationToken);
        run.Spend("rotate", Provisioner, rotated.Usage);
        await ServiceStream.ReadAsync(
            deployer.Restart(
                new RestartRequest { RunId = run.RunId, Namespace = stack.Namespace, Name = stack.Name, Kind = stack.Kind, Timeout = run.Request.DeployTimeout }, cancellationToken: cancellationToken),
            Deployer, reply => publish.Take(reply.Event, reply.Restarted), cancellationToken);
        var revoked = await ServiceStream.ReadAsync(
            provisioner.RevokeKeys(new RevokeKeysRequest { RunId = run.RunId, Namespace = secret.Namespace, SecretName = secret.SecretName }, cancellationToken: cancellationToken),
            Provisioner, reply => publish.Take(reply.Event, reply.Revoked), cancellationToken);
        run.Spend("rotate", Provisioner, revoked.Usage);
    }
}
