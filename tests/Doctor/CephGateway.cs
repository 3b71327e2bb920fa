using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace TempoCos.Doctor.Tests;

/// <summary>A Ceph Object Gateway of one test class: a monitor, an OSD in memory and radosgw, on loopback, without keys between them. Needs Debian's packages ceph-mon, ceph-osd, ceph-common and radosgw.</summary>
internal sealed class CephGateway : IAsyncDisposable
{
    private const string AccessKey = "rgwdoctoraccess01";
    private const string SecretKey = "rgwdoctorsecret000000000000000000000001";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string[] Programs = ["ceph-mon", "ceph-osd", "radosgw", "radosgw-admin", "ceph", "monmaptool"];
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tempocos-rgw-");
    private readonly List<Process> _daemons = [];

    private CephGateway()
    {
    }

    /// <summary>What is not installed; null when nothing is missing.</summary>
    public static string? Missing => Programs.FirstOrDefault(program => !(Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Any(folder => File.Exists(Path.Combine(folder, program))));

    private string Config => Path.Combine(_directory.FullName, "ceph.conf");

    public static async Task<(CephGateway Gateway, StoreTarget Target)> StartAsync(string bucket, CancellationToken cancellationToken)
    {
        var gateway = new CephGateway();
        try
        {
            return (gateway, await gateway.StartDaemonsAsync(bucket, cancellationToken));
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var daemon in Enumerable.Reverse(_daemons))
        {
            if (!daemon.HasExited)
            {
                daemon.Kill();
                await daemon.WaitForExitAsync();
            }

            daemon.Dispose();
        }

        _directory.Delete(recursive: true);
    }

    private async Task<StoreTarget> StartDaemonsAsync(string bucket, CancellationToken cancellationToken)
    {
        var (port, monitor, cluster, osd) = (FreePort(), FreePort(), Guid.NewGuid(), Guid.NewGuid());
        foreach (var folder in (string[])["mon", "osd", "rgw", "run"])
        {
            _directory.CreateSubdirectory(folder);
        }

        await File.WriteAllTextAsync(Config, $"{Configuration(cluster, monitor, port)}\n", cancellationToken);
        var map = Path.Combine(_directory.FullName, "monmap");
        await RunAsync("monmaptool", ["--create", "--clobber", "--fsid", $"{cluster}", "--addv", "a", $"[v2:127.0.0.1:{monitor}]", map], cancellationToken);
        await RunAsync("ceph-mon", ["-c", Config, "-i", "a", "--mkfs", "--monmap", map], cancellationToken);
        Spawn("ceph-mon", ["-c", Config, "-i", "a", "-f"]);
        await RunAsync("ceph", ["-c", Config, "osd", "new", $"{osd}"], cancellationToken);
        await RunAsync("ceph-osd", ["-c", Config, "-i", "0", "--mkfs", "--osd-uuid", $"{osd}"], cancellationToken);
        Spawn("ceph-osd", ["-c", Config, "-i", "0", "-f"]);
        await UntilAsync("the OSD", async () => (await RunAsync("ceph", ["-c", Config, "osd", "stat"], cancellationToken)).Contains(" 1 up", StringComparison.Ordinal), cancellationToken);
        Spawn("radosgw", ["-c", Config, "-n", "client.rgw", "-f"]);
        await UntilAsync("radosgw", () => ListensAsync(port, cancellationToken), cancellationToken);
        await RunAsync(
            "radosgw-admin", ["-c", Config, "--id", "rgw", "user", "create", "--uid=doctor", "--display-name=Doctor", $"--access-key={AccessKey}", $"--secret-key={SecretKey}"], cancellationToken);

        var target = new StoreTarget($"http://127.0.0.1:{port}", bucket, "", "us-east-1", AccessKey, SecretKey);
        using var wire = new Wire.S3Wire(target, new Uri(target.Endpoint), TimeProvider.System);
        (await wire.SendAsync(new Wire.S3Ask(HttpMethod.Put, null), cancellationToken)).Expect(200);
        return target;
    }

    private string Configuration(Guid cluster, int monitor, int port) => string.Create(CultureInfo.InvariantCulture, $"""
        [global]
        fsid = {cluster}
        mon_host = v2:127.0.0.1:{monitor}/0
        public_addr = 127.0.0.1
        cluster_addr = 127.0.0.1
        ms_bind_ipv4 = true
        ms_bind_ipv6 = false
        ms_bind_msgr1 = false
        ms_mon_client_mode = crc
        auth_cluster_required = none
        auth_service_required = none
        auth_client_required = none
        keyring = /dev/null
        run_dir = {_directory}/run
        admin_socket = {_directory}/run/$name.asok
        log_file = {_directory}/$name.log
        crash_dir = {_directory}
        pid_file =
        osd_pool_default_size = 1
        osd_pool_default_min_size = 1
        osd_pool_default_pg_num = 4
        osd_pool_default_pgp_num = 4
        osd_pool_default_pg_autoscale_mode = off
        osd_crush_chooseleaf_type = 0
        mon_max_pg_per_osd = 5000
        [mon]
        mon_data = {_directory}/mon
        mon_allow_pool_size_one = true
        mon_warn_on_pool_no_redundancy = false
        mon_data_avail_warn = 1
        mon_data_avail_crit = 1
        mon_cluster_log_file = {_directory}/cluster.log
        [osd]
        osd_data = {_directory}/osd
        osd_objectstore = memstore
        memstore_device_bytes = 2147483648
        memstore_page_set = false
        osd_class_load_list = *
        osd_class_default_list = *
        [client]
        rgw_data = {_directory}/rgw
        rgw_frontends = beast endpoint=127.0.0.1:{port}
        rgw_run_sync_thread = false
        rgw_thread_pool_size = 64
        """);

    private void Spawn(string program, string[] arguments) => _daemons.Add(Process.Start(Describe(program, arguments))!);

    private static async Task<string> RunAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        using var process = Process.Start(Describe(program, arguments))!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
        try
        {
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {await error}");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private static ProcessStartInfo Describe(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };

        // The ceph command is Python, of the system and not of an environment before it on PATH.
        start.Environment["PATH"] = $"/usr/sbin:/usr/bin:/sbin:/bin:{start.Environment["PATH"]}";
        return start;
    }

    private static async Task UntilAsync(string what, Func<Task<bool>> holds, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await holds())
        {
            if (Stopwatch.GetElapsedTime(started) > Patience)
            {
                throw new TimeoutException($"{what} is not up after {Patience.TotalSeconds:0} s");
            }

            await Task.Delay(100, cancellationToken);
        }
    }

    private static async Task<bool> ListensAsync(int port, CancellationToken cancellationToken)
    {
        using var client = new HttpClient();
        try
        {
            using var answer = await client.GetAsync(new Uri($"http://127.0.0.1:{port}/"), cancellationToken);
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
