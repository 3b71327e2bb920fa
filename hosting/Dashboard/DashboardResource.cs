namespace Aspire.Hosting.Dashboard;

internal sealed class DashboardResource : ProgramResource
{
    private const string ResourceName = "aspire-dashboard";
    private readonly Endpoint _frontend = new(ResourceName, "http");
    private readonly Endpoint _otlpGrpc = new(ResourceName, "otlp-grpc");
    private readonly Endpoint _otlpHttp = new(ResourceName, "otlp-http");

    public DashboardResource()
        : base(ResourceName) => Endpoints.AddRange(_frontend, _otlpGrpc, _otlpHttp);

    public void Configure(AspireBundle bundle, string resourceService, IConfiguration configuration)
    {
        ExecutablePath = bundle.Dashboard;
        WorkingDirectory = Path.GetDirectoryName(bundle.Dashboard)!;
        Args.Add("dashboard");
        Environment.Add(context =>
        {
            var variables = context.EnvironmentVariables;
            variables["ASPNETCORE_URLS"] = Url(_frontend);
            variables["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = Url(_otlpGrpc);
            variables["ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"] = Url(_otlpHttp);
            variables["ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"] = resourceService;
            variables["ASPIRE_DASHBOARD_API_ENABLED"] = "true";
            variables["ASPIRE_ALLOW_UNSECURED_TRANSPORT"] = "true";
            variables["DOTNET_gcServer"] = "0";
            variables["DASHBOARD__FRONTEND__AUTHMODE"] = "BrowserToken";
            variables["DASHBOARD__FRONTEND__BROWSERTOKEN"] = configuration["AppHost:BrowserToken"]!;
            variables["DASHBOARD__OTLP__AUTHMODE"] = "ApiKey";
            variables["DASHBOARD__OTLP__PRIMARYAPIKEY"] = configuration["AppHost:OtlpApiKey"]!;
            variables["DASHBOARD__API__AUTHMODE"] = "ApiKey";
            variables["DASHBOARD__API__PRIMARYAPIKEY"] = configuration["AppHost:DashboardApiKey"]!;
            variables["DASHBOARD__RESOURCESERVICECLIENT__AUTHMODE"] = "ApiKey";
            variables["DASHBOARD__RESOURCESERVICECLIENT__APIKEY"] = configuration["AppHost:ResourceService:ApiKey"]!;
        });
    }

    public void AddTelemetry(Dictionary<string, object> variables, ProgramResource program, IConfiguration configuration)
    {
        variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = _otlpGrpc;
        variables["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc";
        variables["OTEL_EXPORTER_OTLP_HEADERS"] = $"x-otlp-api-key={configuration["AppHost:OtlpApiKey"]}";
        variables["OTEL_SERVICE_NAME"] = program.Name;
        variables["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={program.Id[(program.Name.Length + 1)..]}";
        foreach (var delay in (string[])["OTEL_BSP_SCHEDULE_DELAY", "OTEL_BLRP_SCHEDULE_DELAY", "OTEL_METRIC_EXPORT_INTERVAL"])
        {
            variables[delay] = "1000";
        }
    }

    private static PortTemplate Url(Endpoint endpoint) => new(endpoint, "http://127.0.0.1:");
}
