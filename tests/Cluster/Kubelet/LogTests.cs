using k8s;
using k8s.Models;
using TempoCos.Cluster.Kubelet.Logs;

namespace TempoCos.Cluster.Tests.Kubelet;

public sealed class LogTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("tempocos-log-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task A_log_takes_two_files_at_most_and_is_followed_over_its_rotations()
    {
        using var log = new ContainerLog(Path.Combine(directory, "0.log"), TimeProvider.System, limit: 4096);
        var read = new List<string>();
        var following = Task.Run(async () =>
        {
            await foreach (var line in log.ReadAsync(tail: null, follow: true, Cancellation))
            {
                read.Add(line.Text);
            }
        }, Cancellation);
        for (var i = 0; i < 1000; i++)
        {
            log.Append("stdout", $"line {i}", complete: true);
            if (i % 50 == 0)
            {
                await Task.Delay(5, Cancellation);
            }
        }

        log.Dispose();
        await following.WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
        read[^1].ShouldBe("line 999");
        read.ShouldBe(read.OrderBy(line => int.Parse(line.AsSpan(5), null)));
        Directory.GetFiles(directory).Length.ShouldBe(2);
        Directory.GetFiles(directory).Sum(file => new FileInfo(file).Length).ShouldBeLessThan(3 * 4096);
        (await log.EndAsync(lines: 2, characters: 100)).ShouldBe("line 998\nline 999\n");
    }

    [Fact]
    public async Task Lines_longer_than_a_piece_come_whole()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.CreateAsync(Pods.Shell("one", "head -c 40000 /dev/zero | tr '\\0' x; echo; printf unended", pod => pod.Spec.RestartPolicy = "Never"));
        await cluster.UntilAsync("one", "an end", pod => pod.Status?.Phase == "Succeeded");
        (await cluster.LogAsync("one")).ShouldBe(new string('x', 40000) + "\nunended\n");
        (await cluster.LogAsync("one", limitBytes: 10)).ShouldBe("xxxxxxxxxx");
        (await cluster.LogAsync("one", tail: 1)).ShouldBe("unended\n");
        (await cluster.LogAsync("one", tail: 1, timestamps: true)).ShouldMatch(@"^\d{4}-\d\d-\d\dT[0-9:.]+(Z|\+00:00) unended\n$");
    }

    [Fact]
    public async Task Only_two_runs_are_kept_and_each_is_followed_to_its_end()
    {
        await using var cluster = await TestCluster.StartAsync(options => options with { RestartBackoff = TimeSpan.FromMilliseconds(50) });
        await cluster.CreateAsync(Pods.Shell("one", "echo x >> /kept/runs; echo run $(wc -l < /kept/runs); test $(wc -l < /kept/runs) -lt 4 || sleep 600", pod =>
        {
            pod.Spec.Volumes = [new V1Volume { Name = "kept", EmptyDir = new V1EmptyDirVolumeSource() }];
            pod.Spec.Containers[0].VolumeMounts = [new V1VolumeMount { Name = "kept", MountPath = "/kept" }];
        }));
        await cluster.LoggedAsync("one", "run 4");
        (await cluster.LogAsync("one", previous: true)).ShouldBe("run 3\n");
        var logs = Directory.GetFiles(Path.Combine(Path.GetDirectoryName(cluster.Kubeconfig)!, "data", "logs"), "*", SearchOption.AllDirectories);
        logs.Length.ShouldBe(2);
    }

    [Fact]
    public async Task Each_init_container_has_a_log_of_its_own()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.CreateAsync(Pods.Shell("one", "echo main; sleep 600", pod => pod.Spec.InitContainers = [Pods.Container("first", "echo first")]));
        await cluster.ReadyAsync("one");
        (await cluster.LogAsync("one", "first", previous: false)).ShouldBe("first\n");
        await cluster.LoggedAsync("one", "main");
    }
}
