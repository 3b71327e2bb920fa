using System.Diagnostics;
using TempoCos.Contracts;
using TempoCos.Doctor;
using TempoCos.ServiceDefaults;
using TempoCos.TempoStackDeployer.Clusters;
using TempoCos.TempoStackDeployer.Diagnosis.Facts;

namespace TempoCos.TempoStackDeployer.Diagnosis;

/// <summary>Examines a TempoStack that is there: its configuration, its components' metrics and logs, its Secret and its bucket. It changes nothing.</summary>
internal sealed class StackDiagnosis(ClusterConnector connector, TimeProvider time)
{
    private static readonly TimeSpan ToAsk = TimeSpan.FromSeconds(30);

    public async Task<StackDiagnosed> DiagnoseAsync(DiagnoseStackRequest request, StageReporter stage, Func<CheckResult, Task> publish, CancellationToken cancellationToken)
    {
        using var cluster = await connector.ConnectAsync(cancellationToken);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ToAsk);
        var facts = await stage.StepAsync("facts", $"Asking the components of {request.Namespace}/{request.Name}", async step =>
        {
            try
            {
                var stack = await DiagnosedStack.FindAsync(cluster, request, limit.Token);
                var found = await new FactsCollector(cluster, stack, time).CollectAsync(limit.Token);
                var answered = found.Components.Count(component => component.Unreachable is null);
                step.Evidence["stack"] = $"{stack.Namespace}/{stack.Name}";
                step.Succeed($"{answered} of {found.Components.Count} pods of the {stack.Kind} {stack.Name} answered{(found.Bucket is { Unreachable: null } bucket ? $", the bucket has {bucket.Objects.Count} objects" : "")}");
                return found;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new DiagnosticException(Codes.NotReachable, $"{request.Namespace}/{request.Name}", $"It could not be asked within {ToAsk.TotalSeconds:0} s", "See that the cluster answers: `kubectl get pods`.");
            }
        });

        var results = new List<CheckResult>();
        foreach (var check in StackChecks.All)
        {
            var result = await stage.StepAsync(check.Description.Name, check.Description.Doing, step =>
            {
                var started = Stopwatch.GetTimestamp();
                var found = check.Examine(facts).ToResult(check.Description, Stopwatch.GetElapsedTime(started)).Ignoring(request.Ignore);
                step.Conclude(found);
                return Task.FromResult(found);
            });
            results.Add(result);
            await publish(result);
        }

        return new StackDiagnosed { Worst = results.Worst() };
    }
}
