using TempoCos.Contracts;

namespace TempoCos.Tempo.Configuration;

/// <summary>The limits of each tenant: its overrides, else those of tenant <c>*</c>, else the defaults. The file is read again when it changed.</summary>
public sealed partial class TenantLimits(LimitSettings defaults, OverridesSettings settings, TimeProvider time, ILogger<TenantLimits> logger)
{
    private const string Everybody = "*";
    private readonly Lock _lock = new();
    private volatile IReadOnlyDictionary<string, LimitSettings> _tenants = new Dictionary<string, LimitSettings>();
    private DateTime _written;
    private long _looked;

    /// <summary>The tenants that have overrides.</summary>
    public IReadOnlyDictionary<string, LimitSettings> Overrides => _tenants;

    public LimitSettings For(string tenant)
    {
        Refresh();
        var tenants = _tenants;
        return tenants.Count == 0 ? defaults
            : tenants.TryGetValue(tenant, out var limits) || tenants.TryGetValue(Everybody, out limits) ? limits
            : defaults;
    }

    /// <summary>Reads the file; at the start a bad one ends the process.</summary>
    public void Load()
    {
        if (settings.Path.Length == 0)
        {
            return;
        }

        lock (_lock)
        {
            _looked = time.GetTimestamp();
            _written = File.GetLastWriteTimeUtc(settings.Path);
            var tree = ConfigurationTree.LoadOverrides(settings.Path, settings.ExpandEnvironment, Environment.GetEnvironmentVariable);
            _tenants = tree.Children("overrides").ToDictionary(child => child.Name, child => LimitSettings.FromTenant(child.Tree));
        }
    }

    private void Refresh()
    {
        if (settings.Path.Length == 0 || time.GetElapsedTime(Volatile.Read(ref _looked)) < settings.Period || !_lock.TryEnter())
        {
            return;
        }

        try
        {
            _looked = time.GetTimestamp();
            if (File.GetLastWriteTimeUtc(settings.Path) != _written)
            {
                Load();
            }
        }
        catch (DiagnosticException exception)
        {
            // What was read before goes on.
            Log.NotRead(logger, settings.Path, exception.Message);
        }
        finally
        {
            _lock.Exit();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "the overrides in {Path} cannot be read, those read before stay: {Reason}")]
        public static partial void NotRead(ILogger logger, string path, string reason);
    }
}
