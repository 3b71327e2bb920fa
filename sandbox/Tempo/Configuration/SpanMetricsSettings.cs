namespace TempoCos.Tempo.Configuration;

/// <summary><c>metrics_generator.processor.span_metrics:</c></summary>
/// <param name="Buckets">Upper bounds in seconds.</param>
/// <param name="Dimensions">Attributes of resource or span that become labels.</param>
public sealed record SpanMetricsSettings(IReadOnlyList<double> Buckets, IReadOnlyList<string> Dimensions, bool Service, bool SpanName, bool SpanKind, bool StatusCode, bool StatusMessage)
{
    public static SpanMetricsSettings From(ConfigurationTree tree, string root)
    {
        var path = root + "processor.span_metrics.";
        return new(
            GeneratorSettings.Buckets(tree, path + "histogram_buckets", 0.002, 14),
            tree.List(path + "dimensions"),
            Intrinsic("service", true), Intrinsic("span_name", true), Intrinsic("span_kind", true), Intrinsic("status_code", true), Intrinsic("status_message", false));

        bool Intrinsic(string name, bool otherwise) => tree.Boolean($"{path}intrinsic_dimensions.{name}", otherwise);
    }
}
