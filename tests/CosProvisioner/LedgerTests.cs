using System.Text.Json;
using Microsoft.Extensions.Options;
using TempoCos.Contracts;
using TempoCos.CosProvisioner.Ledger;

namespace TempoCos.CosProvisioner.Tests;

public sealed class LedgerTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string File => Path.Combine(_directory.Path, "ledger.ndjson");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Lines_are_on_the_disk_when_the_call_returns()
    {
        using var ledger = RunLedger.Open(File, TimeProvider.System);
        ledger.Intend("bucket", "b", new Dictionary<string, string> { ["region"] = "us-east" });
        ledger.Created("bucket", "b", "the-id");

        var lines = System.IO.File.ReadAllLines(File);

        lines.Length.ShouldBe(2);
        using var intent = JsonDocument.Parse(lines[0]);
        intent.RootElement.GetProperty("kind").GetString().ShouldBe("bucket");
        intent.RootElement.GetProperty("state").GetString().ShouldBe("intended");
        using var created = JsonDocument.Parse(lines[1]);
        created.RootElement.GetProperty("state").GetString().ShouldBe("created");
        created.RootElement.GetProperty("id").GetString().ShouldBe("the-id");
    }

    [Fact]
    public void Lines_add_up()
    {
        using (var ledger = RunLedger.Open(File, TimeProvider.System))
        {
            ledger.Intend("resource-group", "g");
            ledger.Intend("bucket", "b", new Dictionary<string, string> { ["region"] = "us-east" });
            ledger.Created("bucket", "b", "the-id");
            ledger.Removed("resource-group", "g");
        }

        var item = RunLedger.Read(File).ShouldHaveSingleItem();
        item.Id.ShouldBe("the-id");
        item.State.ShouldBe(LedgerState.Created);
        item.Place["region"].ShouldBe("us-east");
    }

    [Fact]
    public void A_line_that_was_torn_by_a_crash_is_passed_over_and_not_continued()
    {
        using (var ledger = RunLedger.Open(File, TimeProvider.System))
        {
            ledger.Intend("bucket", "b");
        }

        System.IO.File.AppendAllText(File, """{"time":"2026-11-23T15:00:00Z","kind":"buck""");
        using (var ledger = RunLedger.Open(File, TimeProvider.System))
        {
            ledger.Live.ShouldHaveSingleItem().State.ShouldBe(LedgerState.Intended);
            ledger.Created("bucket", "b", "the-id");
        }

        RunLedger.Read(File).ShouldHaveSingleItem().Id.ShouldBe("the-id");
    }

    [Fact]
    public void What_is_made_again_after_its_removal_has_nothing_of_its_former_life()
    {
        using var ledger = RunLedger.Open(File, TimeProvider.System);
        ledger.Intend("resource-key", "k");
        ledger.Created("resource-key", "k", "old");
        ledger.Removed("resource-key", "k");
        ledger.Live.ShouldBeEmpty();

        ledger.Intend("resource-key", "k");

        ledger.Live.ShouldHaveSingleItem().Id.ShouldBeNull();
    }

    [Fact]
    public async Task Two_processes_do_not_work_on_the_same_run()
    {
        var options = new ConfigurationBuilder().AddInMemoryCollection([new("Home", _directory.Path)]).Build();
        await using var services = new ServiceCollection().Configure<HomeOptions>(options).BuildServiceProvider();
        var monitor = services.GetRequiredService<IOptionsMonitor<HomeOptions>>();
        var (one, other) = (new LedgerStore(monitor, TimeProvider.System), new LedgerStore(monitor, TimeProvider.System));
        var lease = await one.OpenAsync("rone", TestContext.Current.CancellationToken);
        lease.Ledger.Intend("bucket", "b");

        (await Should.ThrowAsync<DiagnosticException>(() => other.OpenAsync("rone", TestContext.Current.CancellationToken))).Code.ShouldBe("TC907");
        other.ReadAll().ShouldHaveSingleItem().Items.Count.ShouldBe(1);

        lease.Dispose();
        using var next = await other.OpenAsync("rone", TestContext.Current.CancellationToken);
        next.Ledger.Live.Count.ShouldBe(1);
    }
}
