using System.Net;
using System.Net.Sockets;

namespace TempoCos.Deploy.Tests;

/// <summary>deploy/Dockerfile in a real engine, where one is named together with base images that it has: no registry is asked for those.</summary>
public sealed class DockerfileTests : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);
    private static readonly string[] Services = ["cos-provisioner", "tempostack-deployer", "trace-generator", "query-verifier"];

    private readonly string _engine = Environment.GetEnvironmentVariable("TEMPOCOS_CONTAINER_ENGINE") ?? "";
    private readonly string _sdk = Environment.GetEnvironmentVariable("TEMPOCOS_SDK_IMAGE") ?? "";
    private readonly string _runtime = Environment.GetEnvironmentVariable("TEMPOCOS_RUNTIME_IMAGE") ?? "";
    private readonly string _tag = $"test-{Guid.NewGuid():N}";

    public ValueTask InitializeAsync()
    {
        Assert.SkipWhen(_engine.Length == 0 || _sdk.Length == 0 || _runtime.Length == 0,
            "skipped: no container engine (TEMPOCOS_CONTAINER_ENGINE) or no base images (TEMPOCOS_SDK_IMAGE, TEMPOCOS_RUNTIME_IMAGE)");
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Every_image_serves_with_a_read_only_root_for_a_user_that_is_not_root()
    {
        foreach (var service in (string[])[.. Services, "pipeline"])
        {
            await DockerAsync("build", "--network", "host", "--file", "deploy/Dockerfile", "--target", service,
                "--build-arg", $"SDK={_sdk}", "--build-arg", $"RUNTIME={_runtime}", "--tag", Image(service), ".");
            var port = FreePort();
            var container = await DockerAsync([.. Run(), "--volume", "/var/lib/tempocos", "--detach", "--env", $"HTTP_PORT={port}", "--env", "GRPC_PORT=0", Image(service)]);
            (await DockerAsync("inspect", "--format", "{{.Config.User}}", container)).ShouldBe("1654:1654");
            (await HealthAsync(container, port)).ShouldBe("Healthy", service);
        }

        // A new volume is the user's, so a run can write its receipt; it ends where it looks for the services. The control: what is root's cannot be written.
        string[] run = ["--entrypoint", "dotnet", Image("pipeline"), "tempocos.dll", "serve", "--run", "--once"];
        (await TryAsync([.. Run(), "--volume", "/var/lib/tempocos", .. run])).ShouldContain("TC902");
        (await TryAsync([.. Run(), "--tmpfs", "/var/lib/tempocos:uid=0,mode=0755", .. run])).ShouldContain("TC901");
    }

    public async ValueTask DisposeAsync()
    {
        if (_engine.Length == 0)
        {
            return;
        }

        foreach (var container in (await TryAsync("ps", "--all", "--quiet", "--filter", $"label={_tag}")).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            await TryAsync("rm", "--force", "--volumes", container);
        }

        foreach (var service in (string[])[.. Services, "pipeline"])
        {
            await TryAsync("rmi", "--no-prune", Image(service));
        }
    }

    private string Image(string service) => $"tempocos/{service}:{_tag}";

    private string[] Run() => ["run", "--label", _tag, "--network", "host", "--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"];

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>What it says of itself, once it answers; a container that has ended never does.</summary>
    private async Task<string> HealthAsync(string container, int port)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Deadline);
        while (true)
        {
            try
            {
                return await client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/health"), patience.Token);
            }
            catch (HttpRequestException) when (!patience.IsCancellationRequested)
            {
                (await DockerAsync("inspect", "--format", "{{.State.Running}}", container)).ShouldBe("true", await TryAsync("logs", container));
                await Task.Delay(TimeSpan.FromMilliseconds(200), patience.Token);
            }
        }
    }

    private async Task<string> DockerAsync(params string[] arguments)
    {
        var (exitCode, output, errors) = await Command.RunAsync("docker", Engine, arguments);
        exitCode.ShouldBe(0, $"docker {string.Join(' ', arguments)}\n{output}{errors}");
        return output.Trim();
    }

    private async Task<string> TryAsync(params string[] arguments)
    {
        var (_, output, errors) = await Command.RunAsync("docker", Engine, arguments);
        return output + errors;
    }

    private Dictionary<string, string> Engine => new() { ["DOCKER_HOST"] = $"unix://{_engine}" };
}
