using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Http;
using TempoCos.Tempo.QueryFrontend;
using TempoCos.Tempo.Wire;

namespace TempoCos.Tempo.Tests;

/// <summary>How the query-frontend hands out work.</summary>
public sealed class JobQueueTests
{
    [Fact]
    public async Task Too_many_waiting_jobs_of_one_tenant_are_refused_and_other_tenants_are_not()
    {
        var stop = TestContext.Current.CancellationToken;
        var queue = new JobQueue(new() { MaxOutstandingPerTenant = 2 }, new(), TimeProvider.System);
        var waiting = new[] { queue.RunAsync(Job("a"), stop), queue.RunAsync(Job("a"), stop) };
        (await Should.ThrowAsync<HttpFailureException>(() => queue.RunAsync(Job("a"), stop))).ShouldSatisfyAllConditions(
            failure => failure.Status.ShouldBe(429),
            failure => failure.Message.ShouldBe("too many outstanding requests"));
        var other = queue.RunAsync(Job("b"), stop);

        // Tenants take turns: b is not behind all of a.
        var order = new[] { await queue.TakeAsync(stop), await queue.TakeAsync(stop), await queue.TakeAsync(stop) };
        order.Select(pending => pending.Tenant).ShouldBe(["a", "b", "a"]);
        foreach (var pending in order)
        {
            pending.Result.TrySetResult(new() { Id = pending.Job.Id });
        }

        await Task.WhenAll([.. waiting, other]).WaitAsync(TimeSpan.FromSeconds(30), stop);
    }

    [Fact]
    public async Task A_job_goes_to_another_querier_when_the_first_goes_away()
    {
        var stop = TestContext.Current.CancellationToken;
        var queue = new JobQueue(new(), new(), TimeProvider.System);
        using var leaving = new CancellationTokenSource();
        var got = new TaskCompletionSource();
        using var first = new QueueWorker(queue, _ => { got.TrySetResult(); return Task.CompletedTask; }, 1);
        var firstRuns = first.RunAsync(leaving.Token);
        var result = queue.RunAsync(Job("a"), stop);
        await got.Task.WaitAsync(TimeSpan.FromSeconds(30), stop);
        result.IsCompleted.ShouldBeFalse();

        QueueWorker? second = null;
        second = new(queue, job => { second!.Complete(new() { Id = job.Id, TraceById = new() { InspectedBytes = 7 } }); return Task.CompletedTask; }, 1);
        using var end = new CancellationTokenSource();
        var secondRuns = second.RunAsync(end.Token);
        await leaving.CancelAsync();
        (await result.WaitAsync(TimeSpan.FromSeconds(30), stop)).TraceById.InspectedBytes.ShouldBe(7UL);
        await end.CancelAsync();
        await Task.WhenAll(firstRuns, secondRuns).ContinueWith(_ => { }, TaskScheduler.Default);
        second.Dispose();
    }

    [Fact]
    public async Task Work_that_nobody_waits_for_is_called_off()
    {
        var queue = new JobQueue(new(), new(), TimeProvider.System);
        using var client = new CancellationTokenSource();
        using var end = new CancellationTokenSource();
        var sent = System.Threading.Channels.Channel.CreateUnbounded<QueryJob>();
        using var worker = new QueueWorker(queue, job => sent.Writer.WriteAsync(job).AsTask(), 4);
        var runs = worker.RunAsync(end.Token);
        var result = queue.RunAsync(Job("a"), client.Token);
        var job = await sent.Reader.ReadAsync(TestContext.Current.CancellationToken);
        job.Cancelled.ShouldBeFalse();

        await client.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => result);
        var called = await sent.Reader.ReadAsync(TestContext.Current.CancellationToken);
        called.Cancelled.ShouldBeTrue();
        called.Id.ShouldBe(job.Id);
        await end.CancelAsync();
        await runs.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    [Fact]
    public async Task A_job_that_takes_too_long_is_a_gateway_timeout()
    {
        var stop = TestContext.Current.CancellationToken;
        var queue = new JobQueue(new QueryFrontendSettings(), new(), TimeProvider.System);
        var result = queue.RunAsync(Job("a"), stop);
        var pending = await queue.TakeAsync(stop);
        pending.Result.SetResult(new() { Id = pending.Job.Id, Error = "context deadline exceeded", TimedOut = true });
        (await Should.ThrowAsync<HttpFailureException>(() => result)).Status.ShouldBe(504);
    }

    private static QueryJob Job(string tenant) => new() { TraceById = new() { Tenant = tenant } };
}
