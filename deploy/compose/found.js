// The health check of the mongo service, run by mongosh inside of it. On the first start it founds the replica set and
// makes the users; later it only asks whether there is a primary. Exits 0 when mimi can work with this server.
const folder = process.env.MONGO_SECRETS || "/data/configdb";
const server = process.env.MONGO_SERVER || "127.0.0.1:27017";
const member = process.env.MONGO_MEMBER || "mongo:27017";
const rootPassword = require("fs").readFileSync(`${folder}/root-password`, "utf8").trim();
const admin = connect(`mongodb://${server}/admin?directConnection=true`);

function signedIn() {
  try {
    return admin.auth("root", rootPassword).ok === 1;
  } catch (error) {
    return false;
  }
}

// As long as there is no user, mongod lets whoever is on its own machine make the first one (localhost exception).
function found() {
  try {
    admin.adminCommand({ replSetGetStatus: 1 });
  } catch (error) {
    if (error.codeName !== "NotYetInitialized") throw error;
    admin.adminCommand({ replSetInitiate: { _id: "mimi", members: [{ _id: 0, host: member }] } });
  }
  if (!admin.hello().isWritablePrimary) return false;
  admin.createUser({ user: "root", pwd: rootPassword, roles: ["root"] });
  return signedIn();
}

function ready() {
  if (!admin.hello().isWritablePrimary && admin.hello().setName) return false;
  if (!signedIn() && !found()) return false;
  // mimi reads and writes its own database and nothing else.
  if (!admin.getUser("mimi")) {
    admin.createUser({ user: "mimi", pwd: process.env.MONGO_PASSWORD, roles: [{ role: "readWrite", db: "mimi" }] });
  }
  return admin.hello().isWritablePrimary;
}

quit(ready() ? 0 : 1);
