namespace TempoCos.AppHost;

/// <summary>
/// Where Microsoft's hosting reads the addresses of its dashboard. A launch profile would fix the ports, so that two clones could not run side by side:
/// here the system chooses them, on loopback. What the environment says wins.
/// </summary>
internal static class DashboardAddresses
{
    private const string FreePort = "http://127.0.0.1:0";

    private static readonly (string Name, string Value)[] Defaults =
    [
        ("ASPIRE_ALLOW_UNSECURED_TRANSPORT", "true"), ("ASPNETCORE_URLS", FreePort), ("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", FreePort),
    ];

    /// <summary>As arguments of the builder, since the hosting reads its configuration.</summary>
    public static IEnumerable<string> Arguments =>
        Defaults.Where(setting => string.IsNullOrEmpty(Environment.GetEnvironmentVariable(setting.Name))).Select(setting => $"--{setting.Name}={setting.Value}");
}
