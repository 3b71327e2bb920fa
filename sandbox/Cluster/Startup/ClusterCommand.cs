using System.CommandLine;
using System.CommandLine.Help;
using Microsoft.AspNetCore.Connections;
using TempoCos.Cluster.Kubelet.Images;
using TempoCos.Contracts;

namespace TempoCos.Cluster.Startup;

/// <summary>The command line.</summary>
public static class ClusterCommand
{
    private const string Name = "tempocos sandbox cluster";
    private const int Columns = 100;
    private const int Usage = 2;
    private const int NotStarted = 3;

    /// <summary>Runs a cluster, or prints the help or what is wrong.</summary>
    public static async Task<int> InvokeAsync(string[] args)
    {
        var parsed = Create().Parse(args);
        if (parsed.Errors.Count == 0)
        {
            return await parsed.InvokeAsync(new() { ProcessTerminationTimeout = null });
        }

        foreach (var error in parsed.Errors)
        {
            await Console.Error.WriteLineAsync($"{Name}: {error.Message}");
        }

        await Console.Error.WriteLineAsync($"Try '{Name} --help'.");
        return Usage;
    }

    /// <summary>The program's options, and what it does with them.</summary>
    public static RootCommand Create()
    {
        var port = new Option<int?>("--port") { Description = "Port of the API on 127.0.0.1; 0 lets the system choose [default: HTTP_PORT, else 0].", HelpName = "PORT" };
        var data = new Option<string>("--data") { Description = "Directory of all state; made where it is not there.", HelpName = "DIR", Required = true };
        var kubeconfig = new Option<string?>("--kubeconfig") { Description = "File to write the kubeconfig to.", HelpName = "FILE" };
        var secrets = new Option<string[]>("--secret") { Description = "An entry of a Secret that exists from the start; may be repeated.", HelpName = "NAMESPACE/NAME:KEY=VALUE", AllowMultipleArgumentsPerToken = true };
        var noOperator = new Option<bool>("--no-operator") { Description = "A cluster without the Tempo operator and its CustomResourceDefinitions." };
        var gates = new Option<string[]>("--feature-gates") { Description = "Features of the Tempo operator that are switched on, such as httpEncryption,grpcEncryption [default: TEMPOCOS_FEATURE_GATES].", HelpName = "GATE,…", AllowMultipleArgumentsPerToken = true };
        var tempo = new Option<string?>("--tempo-program") { Description = "Program that Tempo's containers run [default: TEMPOCOS_TEMPO_PROGRAM, else the sandbox's own Tempo].", HelpName = "PROGRAM" };
        var images = new Option<string[]>("--image") { Description = "What stands for images: PATTERN=PROGRAM, PATTERN=docker:IMAGE of the container engine, or PATTERN=none; PATTERN is a glob over the name without tag. May be repeated.", HelpName = "PATTERN=…" };
        var engine = new Option<string?>("--container-engine") { Description = "Unix socket of a container engine that runs the images that it has [default: TEMPOCOS_CONTAINER_ENGINE].", HelpName = "SOCKET" };
        var backoff = new Option<double>("--restart-backoff") { Description = "Seconds before a container that fails again starts again, doubling to 30 times as many; a kubelet has 10.", HelpName = "SECONDS", DefaultValueFactory = _ => 0.5 };
        var cpuLimits = new Option<bool>("--cpu-limits") { Description = "Keep limits of CPU as well as those of memory, where control groups can be made." };
        var hostPaths = new Option<bool>("--allow-host-path") { Description = "Let pods mount paths of this machine." };
        var command = new RootCommand("A small Kubernetes on loopback, with the Tempo operator and a kubelet that runs pods as processes of this machine.")
        {
            port, data, kubeconfig, secrets, noOperator, gates, tempo, images, engine, backoff, cpuLimits, hostPaths,
        };
        command.SetAction((parsed, cancellation) => RunAsync(() => new ClusterOptions
        {
            Port = parsed.GetValue(port) ?? (int.TryParse(Environment.GetEnvironmentVariable("HTTP_PORT"), out var given) ? given : 0),
            DataDirectory = parsed.GetRequiredValue(data),
            Kubeconfig = parsed.GetValue(kubeconfig),
            Secrets = [.. (parsed.GetValue(secrets) ?? []).Select(SeedSecret.Parse)],
            Operator = !parsed.GetValue(noOperator),
            FeatureGates = parsed.GetValue(gates) is { Length: > 0 } named ? named : [Environment.GetEnvironmentVariable("TEMPOCOS_FEATURE_GATES") ?? ""],
            TempoProgram = parsed.GetValue(tempo) ?? Environment.GetEnvironmentVariable("TEMPOCOS_TEMPO_PROGRAM"),
            TempoBinary = Environment.GetEnvironmentVariable("TEMPOCOS_TEMPO_BINARY"),
            Images = [.. (parsed.GetValue(images) ?? []).Select(ImageProgram.Parse), .. ImageProgram.OfTempo(Environment.GetEnvironmentVariable("TEMPOCOS_TEMPO_IMAGE"))],
            ContainerEngine = parsed.GetValue(engine) ?? Environment.GetEnvironmentVariable("TEMPOCOS_CONTAINER_ENGINE"),
            RestartBackoff = parsed.GetValue(backoff) is > 0 and <= 3600 and var seconds ? TimeSpan.FromSeconds(seconds)
                : throw new DiagnosticException("TC924", "--restart-backoff", "the value is not a number of seconds above 0 and up to 3600", "Give it as in --restart-backoff 10."),
            CpuLimits = parsed.GetValue(cpuLimits),
            AllowHostPath = parsed.GetValue(hostPaths),
        }, cancellation));
        command.HelpName = Name;
        foreach (var help in command.Options.OfType<HelpOption>().Select(option => option.Action).OfType<HelpAction>())
        {
            help.MaxWidth = Math.Min(help.MaxWidth, Columns);
        }

        return command;
    }

    private static async Task<int> RunAsync(Func<ClusterOptions> read, CancellationToken cancellation)
    {
        try
        {
            var options = read();
            await using var app = ClusterApp.Create(options);
            await StartAsync(app, options, cancellation);
            Console.WriteLine($"listening on {app.Urls.First()}");
            await app.WaitForShutdownAsync(cancellation);
            return 0;
        }
        catch (DiagnosticException problem)
        {
            await Console.Error.WriteLineAsync(problem.Message);
            return NotStarted;
        }
    }

    private static async Task StartAsync(WebApplication app, ClusterOptions options, CancellationToken cancellation)
    {
        try
        {
            await app.StartAsync(cancellation);
        }
        catch (IOException problem) when (problem.InnerException is AddressInUseException)
        {
            throw new DiagnosticException("TC921", $"127.0.0.1:{options.Port}", "the port is in use", "End the program that listens there, or leave --port away.", problem);
        }
        catch (Exception problem) when (problem is UnauthorizedAccessException or IOException)
        {
            throw new DiagnosticException("TC923", options.Kubeconfig ?? options.DataDirectory, $"a file cannot be written: {problem.Message}", "Give --kubeconfig and --data places that this user may write to.", problem);
        }
    }
}
