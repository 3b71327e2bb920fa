using System.Net;

namespace TempoCos.IbmCloud.ObjectStorage.Operations;

/// <summary>The rules for names of buckets.</summary>
public static class BucketName
{
    public static bool IsValid(string name)
    {
        if (name.Length is < 3 or > 63 || !char.IsAsciiLetterOrDigit(name[0]) || !char.IsAsciiLetterOrDigit(name[^1])
            || name.StartsWith("cosv1-", StringComparison.Ordinal) || name.StartsWith("account-", StringComparison.Ordinal)
            || (IPAddress.TryParse(name, out _) && name.Count(c => c == '.') == 3))
        {
            return false;
        }

        for (var i = 0; i < name.Length; i++)
        {
            if (!(char.IsAsciiLetterLower(name[i]) || char.IsAsciiDigit(name[i]) || name[i] is '-' or '.')
                || (i > 0 && name[i] is ('-' or '.') && name[i - 1] is ('-' or '.')))
            {
                return false;
            }
        }

        return true;
    }
}
