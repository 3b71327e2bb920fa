using TempoCos.AppHost;

try
{
    var options = AppHostOptions.Parse(args);
    var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = [.. DashboardAddresses.Arguments, .. options.HostArguments], AllowUnsecuredTransport = true });
    builder.AddKubernetes();
    using var home = await HomeDirectory.ClaimAsync(builder);

    // The four services and the pipeline that runs a scenario through them.
    var provisioner = builder.AddService<Projects.TempoCos_CosProvisioner>("cos-provisioner", home);
    var deployer = builder.AddService<Projects.TempoCos_TempoStackDeployer>("tempostack-deployer", home);
    var generator = builder.AddService<Projects.TempoCos_TraceGenerator>("trace-generator", home);
    var verifier = builder.AddService<Projects.TempoCos_QueryVerifier>("query-verifier", home);
    var pipeline = builder.AddService<Projects.TempoCos_Pipeline>("pipeline", home)
        .WithArgs(options.ServeArguments(Publishing.Is(builder.Configuration)))
        .WithReference(provisioner).WaitFor(provisioner)
        .WithReference(deployer).WaitFor(deployer)
        .WithReference(generator).WaitFor(generator)
        .WithReference(verifier).WaitFor(verifier)
        .WithHttpCommand("/runs", "Run again", endpointName: "http", commandName: "run-again", commandOptions: new HttpCommandOptions
        {
            Description = "Runs the scenario once more.",
            IconName = "ArrowRepeatAll",
            IsHighlighted = true,
        })
        .WithHttpCommand("/teardown", "Tear down", endpointName: "http", commandName: "tear-down", commandOptions: new HttpCommandOptions
        {
            Description = "Removes everything that any run has left.",
            ConfirmationMessage = "Remove everything that any run has left, in the cloud and in the cluster?",
            IconName = "Delete",
        });

    builder.AddS3Credentials(provisioner);
    var target = Target.Of(builder.Configuration);
    builder.AddParameter("target", target, publishValueAsDefault: true);
    if (target == Target.Cloud)
    {
        builder.AddCloud(provisioner, deployer, verifier, pipeline);
    }
    else
    {
        // Three external systems on loopback; Tempo's components are pods of the cluster.
        await HomeDirectory.FreeAsync(home.In("sandbox", "ibm-cloud"), home.In("sandbox", "cluster"));
        var apiKey = builder.AddParameter("ibm-cloud-api-key", SandboxApiKey.New(), secret: true);
        var kubeconfig = home.In("sandbox", "cluster", "kubeconfig");
        var ibmCloud = builder.AddProject<Projects.TempoCos_IbmCloud>("ibm-cloud")
            .WithHttpEndpoint(name: "http", env: "HTTP_PORT")
            .WithHttpHealthCheck("/healthz", endpointName: "http")
            .WithArgs("--data", home.In("sandbox", "ibm-cloud"))
            .WithEnvironment("SANDBOX_IBM_API_KEY", apiKey);
        var cluster = builder.AddProject<Projects.TempoCos_Cluster>("cluster")
            .WithHttpEndpoint(name: "http", env: "HTTP_PORT")
            .WithHttpHealthCheck("/healthz", endpointName: "http")
            .WithArgs("--data", home.In("sandbox", "cluster"), "--kubeconfig", kubeconfig)
            .WithTempoProgram();

        provisioner
            .WithEnvironment("IbmCloud__ApiKey", apiKey)
            .WithEnvironment("IbmCloud__IamUrl", $"{ibmCloud.GetEndpoint("http")}/_/iam")
            .WithEnvironment("IbmCloud__ResourceControllerUrl", $"{ibmCloud.GetEndpoint("http")}/_/resource-controller")
            .WithEnvironment("IbmCloud__EndpointsUrl", $"{ibmCloud.GetEndpoint("http")}/_/control/v2/endpoints")
            .WithEnvironment("IbmCloud__ConfigUrl", $"{ibmCloud.GetEndpoint("http")}/_/config/v1")
            .WithEnvironment("IbmCloud__GlobalSearchUrl", $"{ibmCloud.GetEndpoint("http")}/_/global-search")
            .WithEnvironment("IbmCloud__TaggingUrl", $"{ibmCloud.GetEndpoint("http")}/_/tags")
            .WithEnvironment("KUBECONFIG", kubeconfig);
        deployer.WithEnvironment("KUBECONFIG", kubeconfig);
        verifier.WithEnvironment("KUBECONFIG", kubeconfig);
        pipeline.WaitFor(ibmCloud).WaitFor(cluster);
    }

    var outcome = builder.AddPipelineRun(pipeline, home, options);
    await builder.Build().RunAsync();
    return outcome.ExitCode;
}
catch (Exception exception) when (AppHostError.Report(exception))
{
    return AppHostError.ExitCode;
}
