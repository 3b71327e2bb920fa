using TempoCos.Contracts;

namespace TempoCos.Pipeline.Runs;

/// <summary>Does on the run's own TempoStack what the verifier asks for in the middle of the ladder, and answers it with what was done or why not.</summary>
internal sealed class Disturbance(TempoStackDeployer.TempoStackDeployerClient deployer, string runId, Deployed stack, Action<RunReply> publish)
{
    private const string Service = "tempostack-deployer";

    /// <returns>The answer; null when nothing was asked.</returns>
    public async Task<VerifyInput?> AnswerAsync(Wish? wish, CancellationToken cancellationToken)
    {
        try
        {
            return wish switch
            {
                null => null,
                { LoseIngesters: not null } => new VerifyInput { IngestersLost = await LoseIngestersAsync(cancellationToken) },
                { ShortenRetention: { } retention } => new VerifyInput { RetentionShortened = await ShortenRetentionAsync(retention, cancellationToken) },
                _ => new VerifyInput { Refusal = new Refusal { Reason = "this version of the pipeline does not know how" } },
            };
        }
        catch (DiagnosticException exception)
        {
            return new VerifyInput { Refusal = new Refusal { Reason = exception.Message } };
        }
    }

    private Task<IngestersLost> LoseIngestersAsync(CancellationToken cancellationToken) => ServiceStream.ReadAsync(
        deployer.LoseIngesters(new LoseIngestersRequest { RunId = runId, Namespace = stack.Namespace, Name = stack.Name, Kind = stack.Kind }, cancellationToken: cancellationToken), Service,
        reply => publish.Take(reply.Event, reply.Lost), cancellationToken);

    private Task<RetentionShortened> ShortenRetentionAsync(ShortenRetention asked, CancellationToken cancellationToken) => ServiceStream.ReadAsync(
        deployer.ShortenRetention(
            new ShortenRetentionRequest { RunId = runId, Namespace = stack.Namespace, Name = stack.Name, Kind = stack.Kind, Blocks = asked.Blocks, CompactedBlocks = asked.CompactedBlocks },
            cancellationToken: cancellationToken), Service,
        reply => publish.Take(reply.Event, reply.Shortened), cancellationToken);
}
