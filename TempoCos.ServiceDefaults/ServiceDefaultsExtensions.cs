using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace TempoCos.ServiceDefaults;

/// <summary>What every service shares: two loopback ports, gRPC with health, telemetry, discovery and resilience.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>
    /// Listens on HTTP_PORT (HTTP/1: health) and GRPC_PORT (HTTP/2 without TLS), both chosen by the operating system when unset,
    /// on BIND_ADDRESS (loopback when unset).
    /// </summary>
    /// <param name="builder">The service's builder.</param>
    /// <param name="room">Name of the service's activity source and meter, <c>TempoCos.&lt;Room&gt;</c>.</param>
    public static WebApplicationBuilder AddServiceDefaults(this WebApplicationBuilder builder, string room)
    {
        builder.WebHost.ConfigureKestrel((context, kestrel) =>
        {
            var address = IPAddress.Parse(context.Configuration["BIND_ADDRESS"] ?? "127.0.0.1");
            kestrel.Listen(address, context.Configuration.GetValue("HTTP_PORT", 0), listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(address, context.Configuration.GetValue("GRPC_PORT", 0), listen => listen.Protocols = HttpProtocols.Http2);
        });

        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddGrpc(options => options.Interceptors.Add<DiagnosticInterceptor>());
        builder.Services.AddGrpcHealthChecks();
        builder.Services.AddHealthChecks();

        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(http => http.AddServiceDiscovery());

        builder.AddTelemetry(room);
        return builder;
    }

    /// <summary>Maps <c>/health</c>, <c>/alive</c> and <c>grpc.health.v1</c>.</summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        app.MapHealthChecks("/health");
        app.MapHealthChecks("/alive", new HealthCheckOptions { Predicate = _ => false });
        app.MapGrpcHealthChecksService();
        return app;
    }

    private static void AddTelemetry(this WebApplicationBuilder builder, string room)
    {
        // One line a request would drown what the service itself says; traces and metrics carry the requests.
        foreach (var noisy in (string[])["Grpc", "Microsoft.AspNetCore", "Microsoft.Hosting.Lifetime", "Polly", "System.Net.Http.HttpClient"])
        {
            builder.Logging.AddFilter(noisy, LogLevel.Warning);
        }

        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });
        var telemetry = builder.Services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics
                .AddMeter(room)
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation())
            .WithTracing(tracing => tracing
                .AddSource(room)
                .AddProcessor<RunIdProcessor>()
                .AddAspNetCoreInstrumentation(options => options.Filter = context => !IsProbe(context.Request.Path))
                .AddGrpcClientInstrumentation()
                .AddHttpClientInstrumentation());
        builder.Services.AddSingleton<RunIdProcessor>();

        if (!string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            telemetry.UseOtlpExporter();
        }
    }

    private static bool IsProbe(Microsoft.AspNetCore.Http.PathString path) =>
        path.StartsWithSegments("/health", StringComparison.Ordinal)
        || path.StartsWithSegments("/alive", StringComparison.Ordinal)
        || path.StartsWithSegments("/grpc.health.v1.Health", StringComparison.Ordinal);
}
