using System.Diagnostics;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TempoCos.Contracts;
using TempoCos.ServiceDefaults;
using TempoCos.TraceGenerator.Sending;

namespace TempoCos.TraceGenerator.Tests;

/// <summary>The service as its program hosts it, in this process, asked over its own gRPC contract.</summary>
internal sealed class GeneratorProgram : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly GrpcChannel _channel;

    private GeneratorProgram(WebApplication app, GrpcChannel channel) => (_app, _channel) = (app, channel);

    public List<StageEvent> Events { get; } = [];

    public static async Task<GeneratorProgram> StartAsync(CancellationToken ct, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection([
            new("Generator:FirstBackOff", "00:00:00.020"),
            new("Generator:ConnectWithin", "00:00:01"),
            .. settings.Select(setting => new KeyValuePair<string, string?>(setting.Key, setting.Value)),
        ]);
        builder.AddServiceDefaults(GeneratorTelemetry.Name);
        builder.Services.AddOptions<SendingOptions>().BindConfiguration(SendingOptions.Section).Validate(options => options.IsValid, SendingOptions.Rule);
        builder.Services.AddSingleton<GeneratorTelemetry>();
        var app = builder.Build();
        app.MapGrpcService<TraceGeneratorService>();
        await app.StartAsync(ct);
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        return new GeneratorProgram(app, GrpcChannel.ForAddress(addresses.Last()));
    }

    public async Task<Generated> GenerateAsync(GenerateRequest request, CancellationToken ct)
    {
        if (request.RunId.Length == 0)
        {
            request.RunId = "r3k9x0a2bq";
        }

        using var call = new Contracts.TraceGenerator.TraceGeneratorClient(_channel).Generate(request, cancellationToken: ct);
        Generated? generated = null;
        while (await call.ResponseStream.MoveNext(ct))
        {
            if (call.ResponseStream.Current.Event is { } stageEvent)
            {
                Events.Add(stageEvent);
            }

            generated ??= call.ResponseStream.Current.Generated;
        }

        return generated ?? throw new UnreachableException("the call ended without a result");
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _app.DisposeAsync();
    }
}
