using System.CommandLine;
using Grpc.Health.V1;
using Microsoft.Extensions.Logging.Console;
using TempoCos.Contracts;
using TempoCos.Pipeline.Display;
using TempoCos.Pipeline.Runs;
using TempoCos.ServiceDefaults;

namespace TempoCos.Pipeline.Commands;

/// <summary><c>tempocos serve</c>: the pipeline as a service, as the AppHost or a cluster runs it.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var command = new Command("serve", "Run as the pipeline service of an AppHost or a cluster.");
        var begin = new Option<bool>("--run") { Description = "Run the scenario at once." };
        var once = new Option<bool>("--once") { Description = "With --run: exit with the run's exit code when it is over." };
        var servicesWithin = new DurationOption("--services-within", "With --run: wait so long for the services to serve, such as in a cluster, where nobody starts them in order.", TimeSpan.Zero, "not at all");
        var scenario = new RunOptions();
        command.Add(begin);
        command.Add(once);
        command.Add(servicesWithin);
        scenario.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var app = Build(() => scenario.ToRequest(parsed));
            var runs = app.Services.GetRequiredService<RunCoordinator>();
            var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            app.Lifetime.ApplicationStopping.Register(() =>
            {
                runs.Interrupt("");
                stopping.TrySetResult();
            });
            await app.StartAsync(cancellationToken);
            var exitCode = parsed.GetValue(begin) ? await RunAsync(app.Services, scenario.ToRequest(parsed), servicesWithin.Read(parsed), app.Lifetime.ApplicationStopping) : ExitCode.Proven;
            if (!parsed.GetValue(once))
            {
                await stopping.Task;
            }

            // Every run cleans up before the ports close: its callers still read.
            await runs.WhenIdleAsync();
            await app.StopAsync(cancellationToken);
            return exitCode;
        });
        return command;
    }

    private static WebApplication Build(Func<RunRequest> scenario)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.AddServiceDefaults(RunCoordinator.Source);
        builder.Logging.AddFilter<ConsoleLoggerProvider>(RunLog.Category, LogLevel.None);
        builder.Services.AddOptions<PipelineOptions>().BindConfiguration("TempoCos");
        builder.Services.AddSingleton<RunCoordinator>();
        builder.Services.AddSingleton<Scenario>();
        builder.Services.AddSingleton<ServiceReadiness>();
        foreach (var service in ServiceReadiness.Services)
        {
            builder.Services.AddGrpcClient<Health.HealthClient>(service, client => client.Address = new Uri($"http://_grpc.{service}"));
        }

        builder.Services.AddGrpcClient<CosProvisioner.CosProvisionerClient>(client => client.Address = new Uri("http://_grpc.cos-provisioner"));
        builder.Services.AddGrpcClient<TempoStackDeployer.TempoStackDeployerClient>(client => client.Address = new Uri("http://_grpc.tempostack-deployer"));
        builder.Services.AddGrpcClient<TraceGenerator.TraceGeneratorClient>(client => client.Address = new Uri("http://_grpc.trace-generator"));
        builder.Services.AddGrpcClient<QueryVerifier.QueryVerifierClient>(client => client.Address = new Uri("http://_grpc.query-verifier"));

        var app = builder.Build();
        app.MapDefaultEndpoints();
        app.MapGrpcService<PipelineService>();
        app.MapRunEndpoints(scenario);
        return app;
    }

    private static async Task<int> RunAsync(IServiceProvider services, RunRequest request, TimeSpan servicesWithin, CancellationToken stopping)
    {
        try
        {
            if (servicesWithin > TimeSpan.Zero)
            {
                await services.GetRequiredService<ServiceReadiness>().WaitAsync(servicesWithin, stopping);
            }

            using var run = services.GetRequiredService<RunCoordinator>().StartRun(request);
            return (await run.Completion).ExitCode;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (DiagnosticException diagnostic)
        {
            DiagnosticText.Write(Console.Error, diagnostic);
            return ExitCode.Environment;
        }
    }
}
