using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Aspire.Hosting.Dcp;

namespace TempoCos.Hosting.Tests;

/// <summary>DCP itself, started by a script that gives it a port that a silent listener of this test has.</summary>
public sealed class DcpProcessTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("tempocos-dcp-").FullName;
    private readonly TcpListener _taken = new(IPAddress.Loopback, 0);

    public DcpProcessTests() => _taken.Start();

    private string Starts => Path.Combine(_directory, "starts");

    public void Dispose()
    {
        _taken.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task DCP_whose_port_somebody_else_has_taken_is_started_again()
    {
        var bundle = await BundleAsync(takenStarts: 2);
        await using var dcp = await DcpProcess.StartAsync(bundle, TestContext.Current.CancellationToken);
        (await dcp.Client.GetStatusAsync(TestContext.Current.CancellationToken)).ShouldBe("Running");
        File.ReadAllLines(Starts).Length.ShouldBe(3);
    }

    [Fact]
    public async Task And_not_for_ever()
    {
        var bundle = await BundleAsync(takenStarts: int.MaxValue);
        var error = await Should.ThrowAsync<DistributedApplicationException>(() => DcpProcess.StartAsync(bundle, TestContext.Current.CancellationToken));
        error.Message.ShouldContain("has ended 3 times before it answered");
        error.Message.ShouldContain(bundle.Dcp);
        File.ReadAllLines(Starts).Length.ShouldBe(3);
    }

    private async Task<AspireBundle> BundleAsync(int takenStarts)
    {
        var real = await AspireBundle.FindAsync(Environment.GetEnvironmentVariable, TestContext.Current.CancellationToken);
        var port = ((IPEndPoint)_taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        var script = Path.Combine(_directory, "dcp");
        await File.WriteAllTextAsync(script, $"""
            #!/bin/sh
            echo started >> '{Starts}'
            [ $(wc -l < '{Starts}') -gt {takenStarts} ] || set -- "$@" --port {port}
            exec '{real.Dcp}' "$@"
            """, TestContext.Current.CancellationToken);
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return real with { Dcp = script };
    }
}
