using Microsoft.Extensions.DependencyInjection;

namespace TempoCos.Hosting.Tests;

/// <summary>Short models, without a dashboard, and looks at what becomes of them.</summary>
internal static class Model
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);

    public static IDistributedApplicationBuilder Empty() =>
        DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = [], DisableDashboard = true });

    public static IResourceBuilder<ProjectResource> AddShell(this IDistributedApplicationBuilder builder, string name, string script) =>
        builder.AddProject<Shell>(name).WithArgs("-c", script);

    public static Resource Find(this DistributedApplication app, string name) =>
        app.Services.GetRequiredService<DistributedApplicationModel>().Resources.Single(resource => resource.Name == name);

    /// <summary>The snapshot in which the resource has ended.</summary>
    public static async Task<CustomResourceSnapshot> EndOfAsync(this DistributedApplication app, string name) =>
        (await app.ResourceNotifications
            .WaitForResourceAsync(name, change => KnownResourceStates.TerminalStates.Contains(change.Snapshot.State!.Text), TestContext.Current.CancellationToken)
            .WaitAsync(Deadline)).Snapshot;

    /// <summary>The first console line with that text in it.</summary>
    public static async Task<LogLine> LineAsync(this DistributedApplication app, string name, string text)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Deadline);
        await foreach (var batch in app.Services.GetRequiredService<ResourceLoggerService>().WatchAsync(app.Find(name)).WithCancellation(deadline.Token))
        {
            if (batch.FirstOrDefault(line => line.Content.Contains(text, StringComparison.Ordinal)) is { Content: not null } found)
            {
                return found;
            }
        }

        throw new TimeoutException($"'{name}' did not print '{text}'.");
    }
}
