namespace TempoCos.Tempo.Configuration;

/// <summary>The file with overrides by tenant, and how often it is looked at again. No file when the path is empty.</summary>
public sealed record OverridesSettings(string Path, TimeSpan Period, bool ExpandEnvironment)
{
    public static OverridesSettings From(ConfigurationTree tree) => new(
        tree.Text("overrides.per_tenant_override_config"),
        tree.Duration("overrides.per_tenant_override_period", TimeSpan.FromSeconds(10)),
        tree.ExpandsEnvironment);
}
