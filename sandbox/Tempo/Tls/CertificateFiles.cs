using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TempoCos.Tempo.Configuration;

namespace TempoCos.Tempo.Tls;

/// <summary>A certificate and its key in PEM files. They are read for each handshake, so that new ones are taken without a restart.</summary>
public sealed class CertificateFiles
{
    private readonly string _certificateFile;
    private readonly string _keyFile;
    private readonly Lock _lock = new();
    private (string Certificate, string Key)? _read;
    private X509Certificate2? _current;

    private CertificateFiles(string certificateFile, string keyFile)
    {
        _certificateFile = certificateFile;
        _keyFile = keyFile;
    }

    /// <summary>The files, which must be readable and belong together.</summary>
    public static CertificateFiles Open(string certificateKey, string certificateFile, string keyKey, string keyFile)
    {
        if (certificateFile.Length == 0 || keyFile.Length == 0)
        {
            throw ConfigurationException.BadValue(certificateFile.Length == 0 ? certificateKey : keyKey, "", "set: a certificate and its key go together");
        }

        var files = new CertificateFiles(certificateFile, keyFile);
        try
        {
            files.Read();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw ConfigurationException.BadValue(certificateKey, certificateFile, $"the file of a PEM certificate whose key is in {keyFile} ({exception.Message})");
        }

        return files;
    }

    /// <summary>What stands in the files now; what was read last while they are being replaced.</summary>
    public X509Certificate2 Current()
    {
        lock (_lock)
        {
            try
            {
                return Read();
            }
            catch (Exception exception) when (_current is not null && exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
            {
                return _current!;
            }
        }
    }

    private X509Certificate2 Read()
    {
        var read = (File.ReadAllText(_certificateFile), File.ReadAllText(_keyFile));
        if (_current is null || read != _read)
        {
            // The one before may still be in use by a handshake; the collector ends it.
            _current = X509Certificate2.CreateFromPem(read.Item1, read.Item2);
            _read = read;
        }

        return _current;
    }
}
