using System.CommandLine;
using Microsoft.AspNetCore.Connections;
using TempoCos.Contracts;

namespace TempoCos.Cluster.Startup;

/// <summary>The command line.</summary>
public static class ClusterCommand
{
    private const int NotStarted = 3;

    public static RootCommand Create()
    {
        var port = new Option<int?>("--port") { Description = "Port of the API on 127.0.0.1; 0 lets the system choose (default: HTTP_PORT, else 0)" };
        var data = new Option<string>("--data") { Description = "Directory of all state", Required = true };
        var kubeconfig = new Option<string?>("--kubeconfig") { Description = "File to write the kubeconfig to" };
        var secrets = new Option<string[]>("--secret") { Description = "An entry of a Secret that exists from the start: NAMESPACE/NAME:KEY=VALUE", AllowMultipleArgumentsPerToken = true };
        var noOperator = new Option<bool>("--no-operator") { Description = "A cluster without the Tempo operator and its CustomResourceDefinition" };
        var gates = new Option<string[]>("--feature-gates") { Description = "Features of the Tempo operator that are switched on, such as httpEncryption,grpcEncryption", AllowMultipleArgumentsPerToken = true };
        var tempo = new Option<string?>("--tempo-program") { Description = "Program that Tempo's containers run (default: TEMPOCOS_TEMPO_PROGRAM, else TempoCos.Tempo as built beside this program)" };
        var command = new RootCommand("A small Kubernetes on loopback, with the Tempo operator and a kubelet that runs pods as processes of this machine.")
        {
            port, data, kubeconfig, secrets, noOperator, gates, tempo,
        };
        command.SetAction((parsed, cancellation) => RunAsync(() => new ClusterOptions
        {
            Port = parsed.GetValue(port) ?? (int.TryParse(Environment.GetEnvironmentVariable("HTTP_PORT"), out var given) ? given : 0),
            DataDirectory = parsed.GetRequiredValue(data),
            Kubeconfig = parsed.GetValue(kubeconfig),
            Secrets = [.. (parsed.GetValue(secrets) ?? []).Select(SeedSecret.Parse)],
            Operator = !parsed.GetValue(noOperator),
            FeatureGates = parsed.GetValue(gates) ?? [],
            TempoProgram = parsed.GetValue(tempo) ?? Environment.GetEnvironmentVariable("TEMPOCOS_TEMPO_PROGRAM"),
            TempoBinary = Environment.GetEnvironmentVariable("TEMPOCOS_TEMPO_BINARY"),
        }, cancellation));
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
