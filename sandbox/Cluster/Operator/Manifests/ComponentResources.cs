using System.Globalization;
using System.Text.Json.Nodes;
using TempoCos.Cluster.Api.Admission;
using TempoCos.Cluster.Api.Json;
using static TempoCos.Cluster.Operator.Manifests.Content;

namespace TempoCos.Cluster.Operator.Manifests;

/// <summary>A container's resources: its component's own, else what its stack's size gives, else its part of <c>spec.resources.total.limits</c>.</summary>
public static class ComponentResources
{
    private const float RequestShare = 0.3f;

    private static readonly Dictionary<string, (float Cpu, float Memory)> Plain = new()
    {
        ["distributor"] = (0.27f, 0.12f),
        ["ingester"] = (0.38f, 0.5f),
        ["compactor"] = (0.16f, 0.18f),
        ["querier"] = (0.1f, 0.15f),
        ["query-frontend"] = (0.045f, 0.025f),
        ["jaeger-frontend"] = (0.045f, 0.025f),
    };

    private static readonly Dictionary<string, (float Cpu, float Memory)> WithProxy = new(Plain)
    {
        ["query-frontend-proxy"] = (0.01f, 0.01f),
        ["jaeger-frontend"] = (0.035f, 0.015f),
    };

    private static readonly Dictionary<string, (float Cpu, float Memory)> WithGateway = new()
    {
        ["distributor"] = (0.26f, 0.11f),
        ["ingester"] = (0.36f, 0.49f),
        ["compactor"] = (0.15f, 0.17f),
        ["querier"] = (0.09f, 0.14f),
        ["query-frontend"] = (0.04f, 0.02f),
        ["jaeger-frontend"] = (0.04f, 0.02f),
        ["gateway"] = (0.04f, 0.03f),
        ["tempo-gateway-opa"] = (0.02f, 0.02f),
    };

    public static JsonObject Of(TempoStackView stack, TempoComponent component) =>
        stack.Template(component).At("resources") as JsonObject
        ?? Share(stack, component.Name, component == TempoComponent.Gateway ? null : stack.Replicas(component));

    /// <summary>The part of what is meant for the whole stack.</summary>
    public static JsonObject Share(TempoStackView stack, string component, long? replicas)
    {
        if (stack.Size.Length > 0)
        {
            return SizeProfiles.Resources(stack.Size, component) ?? [];
        }

        var shares = stack.JaegerQuery.Flag("authentication", "enabled") ? WithProxy : stack.HasGateway ? WithGateway : Plain;
        if (stack.Spec("resources", "total") is not { } total || !shares.TryGetValue(component, out var share))
        {
            return [];
        }

        var (limits, requests) = (new JsonObject(), new JsonObject());
        if (total.At("limits", "cpu") is { } cores)
        {
            var cpu = Whole(Quantity.Parse(cores).Value * 1000) * share.Cpu / Divisor(replicas);
            limits["cpu"] = Millis((long)cpu);
            requests["cpu"] = Millis((long)(cpu * RequestShare));
        }

        if (total.At("limits", "memory") is { } bytes)
        {
            var memory = Whole(Quantity.Parse(bytes).Value) * share.Memory / Divisor(replicas);
            limits["memory"] = Bytes((long)memory);
            requests["memory"] = Bytes((long)(memory * RequestShare));
        }

        return Map(("limits", limits.Count > 0 ? limits : null), ("requests", requests.Count > 0 ? requests : null));
    }

    /// <summary>80 % of its memory limit, where it has one.</summary>
    public static void LimitGoMemory(JsonObject container)
    {
        if (Quantity.Parse(container.At("resources", "limits", "memory")).Value is > 0 and var memory)
        {
            Append(container, "env", Map(("name", "GOMEMLIMIT"), ("value", ((long)memory * 80 / 100).ToString(CultureInfo.InvariantCulture))));
        }
    }

    private static float Whole(decimal amount) => (long)Math.Min(Math.Ceiling(amount), long.MaxValue);

    private static string Millis(long millis) => new Quantity(millis / 1000m, Binary: true).ToString();

    private static string Bytes(long bytes) => new Quantity(bytes, Binary: true).ToString();

    private static float Divisor(long? replicas) => replicas is > 1 ? replicas.Value : 1;
}
