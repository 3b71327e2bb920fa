using Microsoft.Extensions.Options;
using TempoCos.Contracts;
using TempoCos.TempoStackDeployer.Ledgers;

namespace TempoCos.TempoStackDeployer.Tests;

public sealed class LedgerTests : IDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("tempocos-ledger-");

    private LedgerDirectory Ledgers => new(Options.Create(new DeployerOptions { Home = _home.FullName }), TimeProvider.System);

    [Fact]
    public void What_is_intended_or_created_is_outstanding_until_it_is_removed()
    {
        var ledger = Ledgers.Open(Samples.Run);
        ledger.Outstanding().ShouldBeEmpty();

        ledger.Intend(LedgerKinds.Namespace, "one", "cluster");
        ledger.Created(LedgerKinds.Namespace, "one", "uid-1", "cluster");
        ledger.Intend(LedgerKinds.TempoStack, "one/simplest", "cluster");

        var outstanding = Ledgers.Ledger(Samples.Run).Outstanding();
        outstanding.Select(line => (line.Kind, line.Name, line.Id, line.State)).ShouldBe(
            [("namespace", "one", "uid-1", "created"), ("tempostack", "one/simplest", "", "intended")]);

        ledger.Removed(outstanding[0]);
        ledger.Outstanding().ShouldHaveSingleItem().Kind.ShouldBe("tempostack");
    }

    [Fact]
    public void A_line_torn_by_a_crash_spoils_neither_what_stands_before_it_nor_what_comes_after()
    {
        var ledger = Ledgers.Open(Samples.Run);
        ledger.Intend(LedgerKinds.Namespace, "one", "");
        File.AppendAllText(ledger.Path, "{\"time\":\"2026-01-01T00:00");

        ledger.Outstanding().ShouldHaveSingleItem();
        ledger.Intend(LedgerKinds.TempoStack, "one/simplest", "");

        ledger.Outstanding().Select(line => line.Name).ShouldBe(["one", "one/simplest"]);
    }

    [Fact]
    public void Only_runs_with_this_ledger_are_listed()
    {
        Ledgers.List().ShouldBeEmpty();
        Directory.CreateDirectory(Path.Combine(_home.FullName, "runs", "r-other"));
        Ledgers.Open(Samples.Run).Intend(LedgerKinds.Namespace, "one", "");

        Ledgers.List().ShouldHaveSingleItem().RunId.ShouldBe(Samples.Run);
    }

    [Fact]
    public void Directory_and_file_are_the_owners_only()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Unix modes");
        var ledger = Ledgers.Open(Samples.Run);
        ledger.Intend(LedgerKinds.Namespace, "one", "");

#pragma warning disable CA1416 // skipped above
        ((int)File.GetUnixFileMode(Path.GetDirectoryName(ledger.Path)!)).ShouldBe(Convert.ToInt32("700", 8));
        ((int)File.GetUnixFileMode(ledger.Path)).ShouldBe(Convert.ToInt32("600", 8));
#pragma warning restore CA1416
    }

    [Fact]
    public void A_home_that_cannot_be_written_is_one_clear_error()
    {
        var file = Path.Combine(_home.FullName, "file");
        File.WriteAllText(file, "");
        var ledgers = new LedgerDirectory(Options.Create(new DeployerOptions { Home = file }), TimeProvider.System);

        var refusal = Should.Throw<DiagnosticException>(() => ledgers.Open(Samples.Run));

        refusal.Code.ShouldBe("TC901");
        refusal.Value.ShouldStartWith(file);
    }

    public void Dispose() => _home.Delete(recursive: true);
}
