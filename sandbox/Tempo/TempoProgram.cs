using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using TempoCos.Contracts;
using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Gateway;
using TempoCos.Tempo.Http;
using TempoCos.Tempo.Jaeger;

namespace TempoCos.Tempo;

/// <summary>The program: flags, configuration, run; every mistake of the user is one line and exit code 1.</summary>
public static class TempoProgram
{
    public static async Task<int> RunAsync(IReadOnlyList<string> args)
    {
        try
        {
            if (args is ["jaeger-query", ..])
            {
                return await RunJaegerAsync([.. args.Skip(1)]);
            }

            if (args is ["tempo-query", ..])
            {
                await RunWithParentAsync(TempoQueryApp.Create(TempoQueryOptions.Parse([.. args.Skip(1)])));
                return 0;
            }

            if (args is ["gateway", ..])
            {
                await RunWithParentAsync(GatewayApp.Create(GatewayOptions.Parse([.. args.Skip(1)])));
                return 0;
            }

            if (args is ["gateway-opa", ..])
            {
                await RunWithParentAsync(OpaApp.Create([.. args.Skip(1)]));
                return 0;
            }

            var commandLine = CommandLine.Parse(args);
            if (commandLine.Help || commandLine.Version)
            {
                Console.WriteLine(commandLine.Help ? Usage.Text : $"tempo, version {TempoVersion.Number} (TempoCos)");
                return 0;
            }

            var settings = TempoSettings.From(ConfigurationTree.Load(commandLine, Environment.GetEnvironmentVariable));
            if (commandLine.VerifyOnly)
            {
                return 0;
            }

            await RunAsync(settings);
            return 0;
        }
        catch (DiagnosticException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }
    }

    private static async Task RunAsync(TempoSettings settings)
    {
        await using var app = TempoApp.Create(settings);
        await app.Services.GetRequiredService<Lifecycle>().PrepareAsync(CancellationToken.None);
        await RunAsync(app);
    }

    private static async Task<int> RunJaegerAsync(IReadOnlyList<string> args)
    {
        if (JaegerOptions.Parse(args) is not { } options)
        {
            Console.WriteLine(Usage.Text);
            return 0;
        }

        await RunWithParentAsync(JaegerApp.Create(options));
        return 0;
    }

    private static async Task RunWithParentAsync(WebApplication app)
    {
        await using var ending = app;
        app.Lifetime.ApplicationStarted.Register(() => Console.WriteLine($"listening on {string.Join(", ", app.Urls)}"));
        if (ParentProcess.Named is { } parent)
        {
            _ = ParentProcess.WatchAsync(parent, app.Lifetime.StopApplication, app.Lifetime.ApplicationStopping);
        }

        await RunAsync(app);
    }

    private static async Task RunAsync(WebApplication app)
    {
        try
        {
            await app.StartAsync();
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException or SocketException)
        {
            throw new DiagnosticException("TC921", exception.Message, "a port is in use", "Stop the other process or choose another port.", exception);
        }
        catch (SocketException exception)
        {
            throw new DiagnosticException("TC921", exception.Message, "a port cannot be opened", "Choose another address or port.", exception);
        }

        await app.WaitForShutdownAsync();
    }
}
