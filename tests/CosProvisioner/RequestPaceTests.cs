using TempoCos.CosProvisioner.ObjectStorage.Emptying;

namespace TempoCos.CosProvisioner.Tests;

/// <summary>How many requests go out at once, by what the store says.</summary>
public sealed class RequestPaceTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task No_more_than_the_limit_are_under_way_and_the_rest_follow_in_turn()
    {
        var pace = new RequestPace(3, TimeProvider.System);
        var sent = new Sent();

        var requests = Enumerable.Range(0, 5).Select(_ => pace.RunAsync(sent.NextAsync, TestContext.Current.CancellationToken)).ToList();

        await sent.ReachAsync(3);
        sent.Count.ShouldBe(3);
        sent.Answer(0);
        await sent.ReachAsync(4);
        sent.Count.ShouldBe(4);
        sent.AnswerAll();
        await Task.WhenAll(requests).WaitAsync(Deadline);
        sent.Count.ShouldBe(5);
    }

    [Fact]
    public async Task It_is_halved_once_for_all_that_were_under_way_and_rises_step_by_step()
    {
        var pace = new RequestPace(8, TimeProvider.System);
        var before = TimeProvider.System.GetTimestamp();

        pace.Slow(TimeProvider.System.GetTimestamp(), null);
        pace.Limit.ShouldBe(4);
        pace.Slow(before, null);
        pace.Limit.ShouldBe(4, "this one was sent before");
        pace.Slow(TimeProvider.System.GetTimestamp(), null);
        pace.Slow(TimeProvider.System.GetTimestamp(), null);
        pace.Slow(TimeProvider.System.GetTimestamp(), null);
        pace.Limit.ShouldBe(1, "never none at all");
        pace.Slowed.ShouldBe(4);

        for (var limit = 1; limit < 8; limit++)
        {
            pace.Limit.ShouldBe(limit);
            for (var answer = 0; answer < 4; answer++)
            {
                await pace.RunAsync(() => Task.FromResult(0), TestContext.Current.CancellationToken);
            }
        }

        await pace.RunAsync(() => Task.FromResult(0), TestContext.Current.CancellationToken);
        pace.Limit.ShouldBe(8, "and not beyond where it began");
    }

    [Fact]
    public async Task Who_gives_up_waiting_takes_nobodys_place()
    {
        var pace = new RequestPace(1, TimeProvider.System);
        var sent = new Sent();
        var first = pace.RunAsync(sent.NextAsync, TestContext.Current.CancellationToken);
        using var impatient = new CancellationTokenSource();
        var second = pace.RunAsync(sent.NextAsync, impatient.Token);
        var third = pace.RunAsync(sent.NextAsync, TestContext.Current.CancellationToken);

        await impatient.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => second);
        sent.Answer(0);
        await sent.ReachAsync(2);
        sent.AnswerAll();

        await Task.WhenAll(first, third).WaitAsync(Deadline);
        sent.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Until_the_store_wants_to_be_asked_again_nothing_is_sent()
    {
        var pace = new RequestPace(4, TimeProvider.System);
        var asked = TimeSpan.FromMilliseconds(400);
        var slowed = TimeProvider.System.GetTimestamp();
        pace.Slow(slowed, asked);

        var waited = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => pace.RunAsync(() => Task.FromResult(TimeProvider.System.GetElapsedTime(slowed)), TestContext.Current.CancellationToken)));

        // A timer may be early by its own resolution.
        waited.ShouldAllBe(time => time > asked * 0.9);
    }

    private sealed class Sent
    {
        private readonly List<TaskCompletionSource<int>> _answers = [];
        private bool _all;

        public int Count
        {
            get
            {
                lock (_answers)
                {
                    return _answers.Count;
                }
            }
        }

        public Task<int> NextAsync()
        {
            lock (_answers)
            {
                _answers.Add(new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously));
                if (_all)
                {
                    _answers[^1].SetResult(0);
                }

                return _answers[^1].Task;
            }
        }

        public void Answer(int index)
        {
            lock (_answers)
            {
                _answers[index].SetResult(0);
            }
        }

        public void AnswerAll()
        {
            lock (_answers)
            {
                _all = true;
                _answers.ForEach(answer => answer.TrySetResult(0));
            }
        }

        public async Task ReachAsync(int count)
        {
            var started = TimeProvider.System.GetTimestamp();
            while (Count < count)
            {
                TimeProvider.System.GetElapsedTime(started).ShouldBeLessThan(Deadline);
                await Task.Delay(5, TestContext.Current.CancellationToken);
            }
        }
    }
}
