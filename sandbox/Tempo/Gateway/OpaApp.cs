using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using TempoCos.Tempo.Configuration;
using TempoCos.Tempo.Http;

namespace TempoCos.Tempo.Gateway;

/// <summary>
/// The policy agent beside the gateway in OpenShift mode: whether the API server lets the bearer of a token read (get) or write (create) the resource
/// named after the tenant, <c>traces</c>, in the tenant's API group.
/// </summary>
public static class OpaApp
{
    public const string TokenHeader = "X-Forwarded-Access-Token";

    private static readonly string[] Known = ["web.listen", "web.internal.listen", "opa.package", "openshift.mappings"];

    private static readonly string[] WithoutEffect =
        ["log.level", "log.format", "web.healthchecks.url", "opa.ssar", "opa.matcher", "opa.matcher-op", "opa.admin-groups", "opa.skip-tenants", "debug.name"];

    /// <summary>With <paramref name="args"/> as the operator sets them.</summary>
    public static WebApplication Create(IReadOnlyList<string> args)
    {
        HostPort web = new("", 8082), inner = new("", 8083);
        var (package, groups) = ("observatorium", new Dictionary<string, string>(StringComparer.Ordinal));
        foreach (var (name, value) in Flags.Pairs(args, ["opa.ssar"], name => Known.Contains(name) || WithoutEffect.Contains(name)))
        {
            switch (name)
            {
                case "web.listen": web = HostPort.Parse("--" + name, value, 8082); break;
                case "web.internal.listen": inner = HostPort.Parse("--" + name, value, 8083); break;
                case "opa.package": package = value; break;
                case "openshift.mappings":
                    var (tenant, group) = value.Split('=') is [var left, var right] ? (left, right) : throw ConfigurationException.BadValue("--" + name, value, "TENANT=GROUP");
                    groups[tenant] = group;
                    break;
            }
        }

        var cluster = ClusterApi.Find();
        var builder = SideProcess.CreateBuilder("warn");
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            GatewayHost.Listen(kestrel, web, GatewayListener.Web, HttpProtocols.Http1, null);
            GatewayHost.Listen(kestrel, inner, GatewayListener.Internal, HttpProtocols.Http1, null);
        });
        var app = builder.Build();
        app.Use(GatewayHost.AnswerInternalAsync);
        app.MapPost($"/v1/data/{package.Replace('.', '/')}/allow", context => AnswerAsync(context, cluster, groups));
        return app;
    }

    private static async Task AnswerAsync(HttpContext context, ClusterApi cluster, Dictionary<string, string> groups)
    {
        JsonNode? input;
        try
        {
            input = (await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted))?["input"];
        }
        catch (JsonException)
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return;
        }

        var verb = input?["permission"]?.GetValue<string>() switch { "read" => "get", "write" => "create", _ => null };
        var tenant = input?["tenant"]?.GetValue<string>() ?? "";
        var token = context.Request.Headers[TokenHeader].ToString();
        if (!groups.TryGetValue(tenant, out var group) || verb is null || token.Length == 0)
        {
            context.Response.StatusCode = group is null ? StatusCodes.Status500InternalServerError : StatusCodes.Status400BadRequest;
            return;
        }

        var review = new JsonObject
        {
            ["apiVersion"] = "authorization.k8s.io/v1",
            ["kind"] = "SelfSubjectAccessReview",
            ["spec"] = new JsonObject
            {
                ["resourceAttributes"] = new JsonObject { ["verb"] = verb, ["group"] = group, ["resource"] = tenant, ["name"] = input?["resource"]?.GetValue<string>() ?? "" },
            },
        };
        try
        {
            var answer = await cluster.CreateAsync("apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review, token, context.RequestAborted);
            await context.Response.WriteAsJsonAsync(new { result = answer["status"]?["allowed"]?.GetValue<bool>() == true }, context.RequestAborted);
        }
        catch (Exception exception) when (exception is HttpRequestException || (exception is OperationCanceledException && !context.RequestAborted.IsCancellationRequested))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        }
    }
}
