using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using k8s;
using k8s.Models;
using TempoCos.Contracts;

namespace TempoCos.Cluster.Tests;

public sealed class ProgramTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static string Program { get; } = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "TempoCos.Cluster.exe" : "TempoCos.Cluster");

    [Fact]
    public async Task A_killed_cluster_leaves_no_process_behind()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "on Windows the next start ends them");
        var directory = Directory.CreateTempSubdirectory("tempocos-cluster-").FullName;
        using var program = await StartAsync(directory);
        try
        {
            var kubeconfig = Path.Combine(directory, "kubeconfig");
            using var client = new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig));
            await client.CoreV1.CreateNamespacedPodAsync(new V1Pod
            {
                Metadata = new V1ObjectMeta { Name = "one" },
                Spec = new V1PodSpec { Containers = [new V1Container { Name = "main", Image = "example.com/pod-program:1", Command = [TestCluster.PodProgram], Args = ["--stubborn"] }] },
            }, "default", cancellationToken: Cancellation);
            var pid = 0;
            await Eventually.TrueAsync("the pod's process", async () =>
            {
                var pod = await client.CoreV1.ReadNamespacedPodAsync("one", "default", cancellationToken: Cancellation);
                return pod.Status?.ContainerStatuses is [{ ContainerID: { Length: > 0 } id }] && int.TryParse(id["process://".Length..], out pid);
            });
            IsAlive(pid).ShouldBeTrue();

            program.Kill();
            await Eventually.TrueAsync("the pod's process to end", () => Task.FromResult(!IsAlive(pid)));
        }
        finally
        {
            if (!program.HasExited)
            {
                program.Kill();
            }

            await program.WaitForExitAsync(Cancellation);
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task A_directory_serves_one_cluster_at_a_time()
    {
        var directory = Directory.CreateTempSubdirectory("tempocos-cluster-").FullName;
        await using var first = await TestCluster.StartInAsync(directory, keep: false, options => options);
        using var second = Start(directory);
        await second.WaitForExitAsync(Cancellation);
        second.ExitCode.ShouldBe(3);
        (await second.StandardError.ReadToEndAsync(Cancellation)).ShouldStartWith($"TC922: another process uses this data directory ({Path.Combine(directory, "data")})");
    }

    [Fact]
    public async Task A_busy_port_is_told()
    {
        var directory = Directory.CreateTempSubdirectory("tempocos-cluster-").FullName;
        using var busy = new TcpListener(IPAddress.Loopback, 0);
        busy.Start();
        using var program = Start(directory, "--port", ((IPEndPoint)busy.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await program.WaitForExitAsync(Cancellation);
        program.ExitCode.ShouldBe(3);
        (await program.StandardError.ReadToEndAsync(Cancellation)).ShouldStartWith("TC921: the port is in use (127.0.0.1:");
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public void A_file_is_no_data_directory()
    {
        var file = Path.GetTempFileName();
        try
        {
            Should.Throw<DiagnosticException>(() => ClusterApp.Create(new ClusterOptions { DataDirectory = file })).Code.ShouldBe("TC923");
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static bool IsAlive(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static Process Start(string directory, params string[] arguments) => Process.Start(new ProcessStartInfo(
        Program, ["--data", Path.Combine(directory, "data"), "--kubeconfig", Path.Combine(directory, "kubeconfig"), .. arguments])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    private static async Task<Process> StartAsync(string directory)
    {
        var program = Start(directory);
        while (await program.StandardOutput.ReadLineAsync(Cancellation) is { } line)
        {
            if (line.StartsWith("listening on https://127.0.0.1:", StringComparison.Ordinal))
            {
                return program;
            }
        }

        throw new InvalidOperationException($"the cluster did not start: {await program.StandardError.ReadToEndAsync(Cancellation)}");
    }
}
